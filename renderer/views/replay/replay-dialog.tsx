// Edits a request before it is sent again: method, path, headers, body. What is wrong with it is said while it is typed.
import { Send } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { type ProblemView, problemText } from '../../../preload/views'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import { EmptyState } from '../../components/empty-state'
import { Field, Input } from '../../components/field'
import { ProblemNote } from '../../components/problem-note'
import { shownKeys } from '../../components/shown-keys'
import { closeEditing, sendReplay, toggleRecording } from '../../state/actions'
import { useStore } from '../../state/store'
import { BodyEditor } from './body-editor'
import { HeadersEditor } from './headers-editor'
import styles from './replay-dialog.module.css'
import { changedWords, type Recorded, type ReplayDraft, replayChanges, replayDraftOf } from './replay-draft'
import { type DraftProblem, problemsOf } from './replay-problems'
import { useRecorded } from './use-recorded'

/** The dialog for the exchange that `ui.editing` names. */
export function ReplayDialog() {
  const id = useStore((store) => store.ui.editing)
  return id === null ? null : <Loaded key={id} id={id} />
}

function Loaded({ id }: { id: number }) {
  const state = useRecorded(id)
  switch (state.state) {
    case 'here':
      return <RequestForm id={id} recorded={state.recorded} />
    case 'loading':
      return <Nothing id={id} title={`Loading exchange ${id}…`} />
    case 'gone':
      return (
        <Nothing id={id} title={`Exchange ${id} is no longer in memory`}>
          It was dropped to stay in the memory limit. Choose a newer one.
        </Nothing>
      )
    case 'websocket':
      return (
        <Nothing id={id} title="A WebSocket cannot be sent again">
          It is more than one request. Choose an HTTP exchange.
        </Nothing>
      )
    case 'failed':
      return (
        <Nothing
          id={id}
          title={`Exchange ${id} could not be fetched`}
          actions={<Button onClick={state.again}>Try again</Button>}
        >
          {state.message}
        </Nothing>
      )
  }
}

const titleOf = (id: number) => `Edit and send #${id} again`

function Nothing(props: { id: number; title: string; actions?: ReactNode; children?: ReactNode }) {
  return (
    <Dialog title={titleOf(props.id)} onClose={closeEditing} wide>
      <EmptyState title={props.title} actions={props.actions}>
        {props.children}
      </EmptyState>
    </Dialog>
  )
}

function RequestForm({ id, recorded }: { id: number; recorded: Recorded }) {
  const [draft, setDraft] = useState(() => replayDraftOf(recorded))
  const [sending, setSending] = useState(false)
  const [refused, setRefused] = useState<ProblemView | null>(null)
  const form = useRef<HTMLDivElement>(null)
  const set = (change: Partial<ReplayDraft>) => {
    setDraft((before) => ({ ...before, ...change }))
    setRefused(null)
  }
  const problems = problemsOf(draft, recorded)
  const changes = replayChanges(draft, recorded)
  const changed = changedWords(changes)
  const send = async () => {
    if (sending) return
    if (problems.some((problem) => problem.blocking)) {
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
      return
    }
    setSending(true)
    const problem = await sendReplay(id, changes)
    setSending(false)
    if (problem) setRefused(problem)
    else closeEditing()
  }
  return (
    <Dialog
      wide
      keepOpen={changed !== ''}
      title={titleOf(id)}
      description="It goes through the proxy as a new exchange, and opens beside this one."
      onClose={closeEditing}
      footer={
        <Footer
          changed={changed}
          sending={sending}
          onUndo={() => set(replayDraftOf(recorded))}
          onSend={send}
          blocked={problems.filter((problem) => problem.blocking).length}
        />
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the key works in every field of the dialog */}
      <div ref={form} className={styles.form} onKeyDown={(event) => onSendKey(event, send)}>
        <Hindrances refused={refused} />
        <RequestLine draft={draft} problems={problems} onChange={set} />
        <HeadersEditor
          headers={draft.headers}
          leftOut={recorded.leftOut}
          problems={problems}
          onChange={(headers) => set({ headers })}
        />
        <BodyEditor
          draft={draft}
          recorded={recorded}
          problem={problems.find((problem) => problem.at === 'body')}
          onChange={set}
        />
      </div>
    </Dialog>
  )
}

function onSendKey(event: KeyboardEvent, send: () => Promise<void>): void {
  if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
  event.preventDefault()
  void send()
}

interface RequestLineProps {
  draft: ReplayDraft
  problems: readonly DraftProblem[]
  onChange(change: Partial<ReplayDraft>): void
}

function RequestLine({ draft, problems, onChange }: RequestLineProps) {
  const at = (field: DraftProblem['at']) => {
    const problem = problems.find((each) => each.at === field)
    return problem ? problemText(problem) : undefined
  }
  return (
    <div className={styles.request}>
      <Field label="Method" problem={at('method')}>
        <Input
          mono
          list="known-methods"
          value={draft.method}
          onChange={(event) => onChange({ method: event.target.value })}
        />
      </Field>
      <datalist id="known-methods">
        {['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((method) => (
          <option key={method} value={method} />
        ))}
      </datalist>
      <Field label="Path and query" problem={at('url')}>
        <Input
          mono
          // What is mostly edited comes first.
          autoFocus
          value={draft.url}
          onChange={(event) => onChange({ url: event.target.value })}
        />
      </Field>
    </div>
  )
}

/** What would keep it from being sent, whatever is in the form; and what the engine said against it. */
function Hindrances({ refused }: { refused: ProblemView | null }) {
  const recording = useStore((store) => store.trace.status?.recording !== false)
  const listening = useStore((store) => store.app.state?.proxy.state !== 'failed')
  if (!recording) {
    return (
      <ProblemNote
        tone="attention"
        field="Recording is paused"
        message="and a replay that is not recorded could not be seen."
        fix=""
        actions={
          <Button small onClick={toggleRecording}>
            Resume recording
          </Button>
        }
      />
    )
  }
  if (!listening) {
    return (
      <ProblemNote field="The proxy" message="is not listening." fix="Choose another port in the settings first." />
    )
  }
  return refused ? (
    <div role="alert">
      <ProblemNote {...refused} />
    </div>
  ) : null
}

interface FooterProps {
  changed: string
  blocked: number
  sending: boolean
  onUndo(): void
  onSend(): void
}

function Footer({ changed, blocked, sending, onUndo, onSend }: FooterProps) {
  return (
    <>
      <span className={styles.changed} role="status">
        {blocked > 0
          ? `${blocked === 1 ? 'One thing' : `${blocked} things`} to correct`
          : changed === ''
            ? 'Nothing changed: sent as it was'
            : `Changed: ${changed}`}
      </span>
      <Button look="quiet" disabled={changed === ''} onClick={onUndo}>
        Undo changes
      </Button>
      <Button onClick={closeEditing}>Cancel</Button>
      <Button look="primary" icon={<Send />} disabled={sending} onClick={onSend}>
        Send <kbd>{shownKeys('Mod+Enter')}</kbd>
      </Button>
    </>
  )
}
