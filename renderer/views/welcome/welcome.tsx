// The first start asks one thing: where the backend is. The demo is there meanwhile.
import { FileText, Play } from 'lucide-react'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { attempt, changeSettings, makeDemoTraffic, openView, toast } from '../../state/actions'
import { proxyUrl } from '../../state/app'
import { useStore } from '../../state/store'
import { BackendForm } from './backend-form'
import styles from './welcome.module.css'

export function Welcome() {
  const app = useStore((store) => store.app.state)
  const command = `curl ${proxyUrl(app) ?? 'http://localhost:7999'}/counter/value/`
  return (
    <div className={styles.place}>
      <section className={styles.welcome} aria-label="Welcome">
        <h2 className={styles.title}>Where is your backend?</h2>
        <p className={styles.text}>
          Gripscope stands in front of it, holds what it tells it to hold, and shows who gets each publish, and why.
        </p>
        <BackendForm />
        <div className={styles.or}>or stay with the built-in demo, which is behind the proxy now</div>
        <div className={styles.command}>
          <code>{command}</code>
          <CopyButton label="Copy the command" text={command} />
        </div>
        <div className={styles.actions}>
          <Button icon={<Play />} onClick={makeDemoTraffic}>
            Make demo traffic
          </Button>
          <Button look="quiet" onClick={() => changeSettings({ welcomed: true })}>
            Stay with the demo
          </Button>
          <Button look="quiet" icon={<FileText />} onClick={useRoutesFile}>
            I have a routes file
          </Button>
        </div>
      </section>
    </div>
  )
}

/** On the desktop the system asks for the file; in a browser its path is typed in the settings. */
async function useRoutesFile(): Promise<void> {
  const desktop = useStore.getState().app.state?.face === 'desktop'
  const file = desktop ? await attempt('Choosing a file', () => call('settings.chooseRoutesFile', null)) : null
  if (!desktop) {
    openView('settings')
    await changeSettings({ welcomed: true })
  } else if (file) {
    const problem = await changeSettings({ backend: { kind: 'routes', file }, welcomed: true })
    if (problem) toast({ tone: 'failed', text: problem.message, detail: problem.fix })
  }
}
