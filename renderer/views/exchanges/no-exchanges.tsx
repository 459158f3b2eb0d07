// Where no exchange is shown: what to do next.
import { Filter, Inbox } from 'lucide-react'
import { Button } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { EmptyState } from '../../components/empty-state'
import { FilterAdvice } from '../../frame/filter-advice'
import { makeDemoTraffic, setFilter, setTimeRange, toggleRecording } from '../../state/actions'
import { proxyUrl } from '../../state/app'
import { useStore } from '../../state/store'
import { Welcome } from '../welcome/welcome'
import styles from './no-exchanges.module.css'

export function NoExchanges() {
  const total = useStore((store) => store.trace.order.length)
  const loading = useStore((store) => store.trace.loading)
  if (loading) return <EmptyState title="Loading…" />
  return total > 0 ? <NothingFound total={total} /> : <NothingYet />
}

function NothingFound({ total }: { total: number }) {
  const clear = () => {
    setFilter('')
    setTimeRange(null)
  }
  return (
    <EmptyState
      icon={<Filter />}
      title="No exchange matches the filter"
      actions={<Button onClick={clear}>Show all {total}</Button>}
    >
      <p>Change the words in the filter box, or the time chosen in the strip above.</p>
      <FilterAdvice />
    </EmptyState>
  )
}

function NothingYet() {
  const state = useStore((store) => store.app.state)
  const recording = useStore((store) => store.trace.status?.recording !== false)
  if (!recording) {
    return (
      <EmptyState
        icon={<Inbox />}
        title="Recording is paused"
        actions={
          <Button look="primary" onClick={toggleRecording}>
            Record
          </Button>
        }
      >
        <p>Requests are proxied, but nothing of them is kept.</p>
      </EmptyState>
    )
  }
  if (state?.settings.welcomed === false) return <Welcome />
  const url = proxyUrl(state)
  const backend = state?.settings.backend
  const demo = backend?.kind === 'demo'
  const curl = `curl -i ${url ?? ''}${demo ? '/counter/value/' : '/'}`
  return (
    <EmptyState
      icon={<Inbox />}
      title="No requests yet"
      actions={
        demo ? (
          <Button look="primary" onClick={makeDemoTraffic}>
            Make demo traffic
          </Button>
        ) : null
      }
    >
      <p>
        {demo
          ? 'The demo backend is behind the proxy. Make some traffic, or send requests yourself:'
          : `Send requests to the proxy instead of to ${backend?.kind === 'url' ? state?.backendLabel : 'your backend'}:`}
      </p>
      {url ? (
        <div className={styles.line}>
          <code>{curl}</code>
          <CopyButton label="Copy command" text={curl} />
        </div>
      ) : null}
    </EmptyState>
  )
}
