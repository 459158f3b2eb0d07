// Asks for the backend's address, and looks whether one answers there before it is taken.

import clsx from 'clsx'
import { ArrowRight } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { problemText } from '../../../preload/views'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { Field, Input } from '../../components/field'
import { attempt, changeSettings, toast } from '../../state/actions'
import styles from './welcome.module.css'

/** `inline`: all in one line. */
export function BackendForm({ inline = false }: { inline?: boolean }) {
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
      setSaid(problem ? { ok: false, message: problemText(problem) } : probed)
      if (!problem) toast({ tone: 'good', text: `Proxying to ${url}` })
    } else if (probed) {
      setSaid(probed)
    }
    setBusy(false)
  }
  return (
    <form className={clsx(styles.form, inline && styles.inline)} onSubmit={submit}>
      <Field
        inline={inline}
        label={inline ? 'Where is your backend?' : 'Address of the backend'}
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
      <Button
        type="submit"
        look={inline ? 'primary' : 'plain'}
        icon={<ArrowRight />}
        disabled={busy || url.trim() === ''}
      >
        Use it
      </Button>
    </form>
  )
}
