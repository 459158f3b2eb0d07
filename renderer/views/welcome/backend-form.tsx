// Asks for the backend's address, and looks whether one answers there before it is taken.
import clsx from 'clsx'
import { ArrowRight } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { problemText } from '../../../preload/views'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { Field, Input } from '../../components/field'
import { attempt, changeSettings, toast } from '../../state/actions'
import { useBackendProblem } from '../use-backend-problem'
import styles from './welcome.module.css'

/** What came of the last try. `firm`: pressing again would not help. */
interface Said {
  readonly ok: boolean
  readonly message: string
  readonly firm: boolean
}

/** `inline`: all in one line. */
export function BackendForm({ inline = false }: { inline?: boolean }) {
  const [text, setText] = useState('')
  const [said, setSaid] = useState<Said | null>(null)
  const [busy, setBusy] = useState(false)
  const unusable = useBackendProblem(text)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '') return
    setBusy(true)
    // Asked once more with the same address, it is taken even if nothing answers there yet.
    setSaid(await tryBackend(text, said !== null && !said.ok))
    setBusy(false)
  }
  const refused = said?.firm ? said.message : unusable
  const problem = refused ?? (said && !said.ok ? `${said.message} Press again to use it anyway.` : undefined)
  return (
    <form className={clsx(styles.form, inline && styles.inline)} onSubmit={submit}>
      <Field
        inline={inline}
        label={inline ? 'Where is your backend?' : 'Address of the backend'}
        {...(problem !== undefined && { problem })}
      >
        <Input
          mono
          placeholder="http://localhost:8000, or 8000"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setSaid(null)
          }}
        />
      </Field>
      <Button
        type="submit"
        look={inline ? 'primary' : 'plain'}
        icon={<ArrowRight />}
        disabled={busy || text.trim() === '' || refused !== undefined}
      >
        Use it
      </Button>
    </form>
  )
}

/** Takes a backend that answers, or that is insisted on. Null: it could not be tried. */
async function tryBackend(text: string, insisted: boolean): Promise<Said | null> {
  const checked = await call('backend.check', { url: text }).catch(() => ({ url: text.trim(), problem: null }))
  if (checked.problem) return { ok: false, message: problemText(checked.problem), firm: true }
  const { url } = checked
  const probed = await attempt('Looking for the backend', () => call('backend.probe', { url }))
  if (!probed || !(probed.ok || insisted)) return probed && { ...probed, firm: false }
  const problem = await changeSettings({ backend: { kind: 'url', url }, welcomed: true })
  if (problem) return { ok: false, message: problemText(problem), firm: true }
  toast({ tone: 'good', text: `Proxying to ${url}` })
  return { ...probed, firm: false }
}
