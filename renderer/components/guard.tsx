// What fails to be drawn stays in its own place: it says what failed, and can be drawn again; the rest goes on.
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { Button } from './button'
import { EmptyState } from './empty-state'

export interface GuardProps {
  /** What is drawn, as a person calls it: "Story of #5". */
  name: string
  /** What it is drawn from: another one is tried anew. */
  of?: unknown
  children: ReactNode
  /** Puts what is said of a failure where the children would have stood, such as in a dialog. */
  frame?(content: ReactNode): ReactNode
}

interface GuardState {
  readonly failed: Error | null
  readonly of: unknown
  /** Goes up with every try, so that nothing of the one before is used again. */
  readonly tries: number
}

export class Guard extends Component<GuardProps, GuardState> {
  override state: GuardState = { failed: null, of: this.props.of, tries: 0 }

  static getDerivedStateFromError(error: unknown): Partial<GuardState> {
    return { failed: error instanceof Error ? error : new Error(String(error)) }
  }

  static getDerivedStateFromProps(props: GuardProps, state: GuardState): Partial<GuardState> | null {
    if (Object.is(props.of, state.of)) return null
    return { of: props.of, ...(state.failed && { failed: null, tries: state.tries + 1 }) }
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(`${this.props.name} could not be drawn:`, error, info.componentStack)
  }

  readonly #again = () => this.setState(({ tries }) => ({ failed: null, tries: tries + 1 }))

  override render(): ReactNode {
    const { failed, tries } = this.state
    const { name, frame } = this.props
    if (failed) {
      const said = <Failed name={name} error={failed} onAgain={this.#again} />
      return frame ? frame(said) : said
    }
    return <Pass key={tries}>{this.props.children}</Pass>
  }
}

function Pass({ children }: { children: ReactNode }) {
  return children
}

function Failed({ name, error, onAgain }: { name: string; error: Error; onAgain(): void }) {
  return (
    <div role="alert">
      <EmptyState
        title={`${name} could not be shown`}
        actions={
          <Button small onClick={onAgain}>
            Reload this view
          </Button>
        }
      >
        {messageOf(error)} The proxy goes on, and nothing that was recorded is lost.
      </EmptyState>
    </div>
  )
}

/** Around everything: where even the frame fails, the page can be loaded again. */
export class LastGuard extends Component<{ children: ReactNode }, { readonly failed: Error | null }> {
  override state: { readonly failed: Error | null } = { failed: null }

  static getDerivedStateFromError(error: unknown): { failed: Error } {
    return { failed: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { failed } = this.state
    if (!failed) return this.props.children
    return (
      <div role="alert">
        <EmptyState
          title="The interface could not be shown"
          actions={<Button onClick={() => window.location.reload()}>Reload</Button>}
        >
          {messageOf(failed)} The proxy goes on, and nothing that was recorded is lost.
        </EmptyState>
      </div>
    )
  }
}

/** The error's own words as a sentence, and not without an end. */
function messageOf({ message, name }: Error): string {
  const words = (message || name).slice(0, 300)
  return /[.!?]$/.test(words) ? words : `${words}.`
}
