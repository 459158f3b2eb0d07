// What the client of an exchange did not get as it should, with the fix, above all tabs of its details.
import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { TroubleView } from '../../../preload/views'
import { Button } from '../../components/button'
import { changeSettings, openView, replay, toast, toastProblem } from '../../state/actions'
import { useStore } from '../../state/store'
import styles from './troubles.module.css'

export function Troubles({ troubles, exchange }: { troubles: readonly TroubleView[]; exchange: number }) {
  if (troubles.length === 0) return null
  return (
    <ul className={styles.troubles} aria-label="Troubles">
      {troubles.map(({ name, tone, message, fix }) => (
        <li key={name} className={styles.trouble} data-tone={tone}>
          {tone === 'failed' ? (
            <CircleAlert size={15} aria-label="failed" className={styles.sign} />
          ) : (
            <TriangleAlert size={15} aria-label="look here" className={styles.sign} />
          )}
          <p className={styles.text}>
            {message} {fix}
          </p>
          {name === 'backend-down' ? <BackendDown exchange={exchange} /> : null}
        </li>
      ))}
    </ul>
  )
}

/** What helps when nothing answers: to ask again, another backend, or the demo. */
function BackendDown({ exchange }: { exchange: number }) {
  const demo = useStore((store) => store.app.state?.settings.backend.kind === 'demo')
  const takeDemo = async () => {
    const problem = await changeSettings({ backend: { kind: 'demo' } })
    if (problem) toastProblem('The backend was not changed', problem)
    else toast({ tone: 'good', text: 'The demo is the backend now' })
  }
  return (
    <span className={styles.actions}>
      <Button small onClick={() => replay(exchange)}>
        Check again
      </Button>
      <Button small onClick={() => openView('settings')}>
        Choose another backend
      </Button>
      {demo ? null : (
        <Button small onClick={takeDemo}>
          Use the demo
        </Button>
      )}
    </span>
  )
}
