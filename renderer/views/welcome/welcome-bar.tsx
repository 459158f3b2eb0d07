// The welcome in one line: the demo has made exchanges, and nobody has said yet where the backend is.
import { Button } from '../../components/button'
import { changeSettings } from '../../state/actions'
import { useStore } from '../../state/store'
import { BackendForm } from './backend-form'
import styles from './welcome.module.css'

export function WelcomeBar() {
  const shown = useStore(
    (store) => store.app.state?.settings.welcomed === false && !store.trace.loading && store.trace.order.length > 0,
  )
  if (!shown) return null
  return (
    <section className={styles.bar} aria-label="Welcome">
      <BackendForm inline />
      <Button small look="quiet" onClick={() => changeSettings({ welcomed: true })}>
        Stay with the demo
      </Button>
    </section>
  )
}
