// The first start asks one thing: where the backend is. The demo is there meanwhile, and nothing is blocked.
import { ArrowRight, FileText, Play } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { Field, Input } from '../../components/field'
import { attempt, changeSettings, makeDemoTraffic, openView, toast } from '../../state/actions'
import { proxyUrl } from '../../state/app'
import { useStore } from '../../state/store'
import styles from './welcome.module.css'

export function Welcome() {
  const app = useStore((store) => store.app.state)
  const command = `curl ${proxyUrl(app) ?? 'http://localhost:7999'}/counter/value/`
  return (
    <aside className={styles.welcome} aria-label="Welcome">
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
    </aside>
  )
}

function BackendForm() {
  const [url, setUrl] = useState('')
  const [said, setSaid] = useState<{ ok: boolean; message: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (url.trim() === '') return
    setBusy(true)
    const probed = await attempt('Looking for the backend', () => call('backend.probe', { url }))
    // Asked once more with the same address, it is taken even if nothing answers there yet.
    const insisted = said !== null && !said.ok
    if (probed && (probed.ok || insisted)) {
      const problem = await changeSettings({ backend: { kind: 'url', url }, welcomed: true })
      setSaid(problem ? { ok: false, message: `${problem.message}. ${problem.fix}` } : probed)
      if (!problem) toast({ tone: 'good', text: `Proxying to ${url}` })
    } else if (probed) {
      setSaid(probed)
    }
    setBusy(false)
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label="Address of the backend"
        problem={said && !said.ok ? `${said.message} Press again to use it all the same.` : undefined}
      >
        <Input
          mono
          placeholder="http://localhost:8000"
          value={url}
          onChange={(event) => {
            setUrl(event.target.value)
            setSaid(null)
          }}
        />
      </Field>
      <Button type="submit" look="primary" icon={<ArrowRight />} disabled={busy || url.trim() === ''}>
        Use it
      </Button>
    </form>
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
