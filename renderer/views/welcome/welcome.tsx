// The first start: the demo to try at once, and one question: where the backend is.
import { FileText, Play } from 'lucide-react'
import type { AppState } from '../../../preload/contract/app-state'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { attempt, changeSettings, makeDemoTraffic, openView, toast } from '../../state/actions'
import { proxyUrl } from '../../state/app'
import { useStore } from '../../state/store'
import { BackendForm } from './backend-form'
import { demoCommands } from './demo-commands'
import styles from './welcome.module.css'

export function Welcome() {
  const app = useStore((store) => store.app.state)
  const origin = proxyUrl(app)
  return (
    <div className={styles.place}>
      <section className={styles.welcome} aria-label="Welcome">
        <h2 className={styles.title}>See a hold at once</h2>
        <p className={styles.text}>
          Gripscope sits in front of your backend, holds the requests that the backend asks it to hold, and shows who
          receives each publish and why. It starts with the built-in demo.
        </p>
        <div className={styles.actions}>
          <Button look="primary" icon={<Play />} disabled={origin === null} onClick={makeDemoTraffic}>
            Make demo traffic
          </Button>
          <Button look="quiet" onClick={() => changeSettings({ welcomed: true })}>
            Stay with the demo
          </Button>
        </div>
        {origin === null ? (
          <p className={styles.or}>You can try the demo once the proxy is listening.</p>
        ) : (
          <Commands origin={origin} platform={app?.platform ?? ''} />
        )}
        <h2 className={styles.title}>Where is your backend?</h2>
        <BackendForm />
        <div className={styles.actions}>
          <Button look="quiet" icon={<FileText />} onClick={useRoutesFile}>
            I have a routes file
          </Button>
        </div>
      </section>
    </div>
  )
}

function Commands({ origin, platform }: { origin: string; platform: AppState['platform'] }) {
  const commands = demoCommands(origin, platform)
  return (
    <>
      <div className={styles.or}>Or in a terminal:</div>
      <div className={styles.commands}>
        <ol aria-label="Commands to try">
          {commands.map(({ line, words }) => (
            <li key={line}>
              <code>{line}</code>
              <span>{words}</span>
            </li>
          ))}
        </ol>
        <CopyButton label="Copy the commands" text={commands.map(({ line }) => line).join('\n')} />
      </div>
    </>
  )
}

/** On the desktop the system asks for the file; in a browser its path is typed in the settings. */
async function useRoutesFile(): Promise<void> {
  const desktop = useStore.getState().app.state?.frontend === 'desktop'
  const title = 'Choose a routes file'
  const file = desktop ? await attempt('Choosing a file', () => call('settings.chooseFile', { title })) : null
  if (!desktop) {
    openView('settings')
    await changeSettings({ welcomed: true })
  } else if (file) {
    const problem = await changeSettings({ backend: { kind: 'routes', file }, welcomed: true })
    if (problem) toast({ tone: 'failed', text: problem.message, detail: problem.fix })
  }
}
