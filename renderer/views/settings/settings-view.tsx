// The settings: what is behind the proxy, its ports, its signature, its limits, the theme. Saved as a whole.
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { AppState, Settings } from '../../../preload/contract'
import { type ProblemView, problemText } from '../../../preload/views'
import { settingInfo } from '../../../preload/vocabulary/settings'
import { Button } from '../../components/button'
import { Field, Input, Select, Switch } from '../../components/field'
import { ProblemNote } from '../../components/problem-note'
import { changeSettings, toast } from '../../state/actions'
import { useStore } from '../../state/store'
import { BackendSettings } from './backend-settings'
import { LimitsSettings } from './limits-settings'
import { Listening } from './listening'
import { formField, rebase, type SettingsDraft, settingsChanges, settingsDraftOf } from './settings-draft'
import styles from './settings-view.module.css'
import { TlsSettings } from './tls-settings'

export function SettingsView() {
  const app = useStore((store) => store.app.state)
  if (!app) return null
  return <SettingsForm app={app} />
}

function SettingsForm({ app }: { app: AppState }) {
  const [draft, setDraft] = useState(() => settingsDraftOf(app.settings))
  const [problem, setProblem] = useState<ProblemView | null>(null)
  // What was changed elsewhere (the menu, another window) shows here too, and leaves what is being typed.
  const shown = useRef(app.settings)
  useEffect(() => {
    setDraft((before) => rebase(before, settingsDraftOf(shown.current), settingsDraftOf(app.settings)))
    shown.current = app.settings
  }, [app.settings])
  const set = (change: Partial<SettingsDraft>) => {
    setDraft((before) => ({ ...before, ...change }))
    setProblem(null)
  }
  const result = settingsChanges(draft, app.settings)
  const changed = !result.ok || Object.keys(result.changes).length > 0
  const fault = result.ok ? problem : result.problem
  const at = (field: keyof Settings) => (fault && formField(fault) === field ? problemText(fault) : undefined)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!result.ok) return
    const refused = await changeSettings({ ...result.changes, welcomed: true })
    setProblem(refused)
    if (!refused) toast({ tone: 'good', text: 'Settings saved' })
  }
  return (
    <form className={styles.view} onSubmit={save} aria-label="Settings">
      <div className={styles.columns}>
        {fault && formField(fault) === null ? <ProblemNote {...fault} /> : null}
        <Section title="Backend" text="The backend behind the proxy.">
          <BackendSettings app={app} draft={draft} onChange={set} problem={at('backend')} />
        </Section>
        <Section title="Ports" text="Changing a port closes its open connections.">
          <div className={styles.pair}>
            <NumberField
              label={settingInfo.proxyPort.label}
              value={draft.proxyPort}
              problem={at('proxyPort')}
              onChange={(proxyPort) => set({ proxyPort })}
              hint={<Listening of={app.proxy} />}
            />
            <NumberField
              label={settingInfo.publishPort.label}
              value={draft.publishPort}
              problem={at('publishPort')}
              onChange={(publishPort) => set({ publishPort })}
              hint={<Listening of={app.publish} />}
            />
          </div>
          <Field
            label={settingInfo.listen.label}
            problem={at('listen')}
            hint={
              isLoopback(draft.listen)
                ? 'Only this machine can reach it.'
                : 'Other machines can reach the proxy and publish to it.'
            }
          >
            <Input mono value={draft.listen} onChange={(event) => set({ listen: event.target.value })} />
          </Field>
          {app.zmq.length > 0 ? <ZmqSockets sockets={app.zmq} /> : null}
        </Section>
        <Section title="TLS" text="A second port for clients, with HTTP/2 and HTTP/1.1.">
          <TlsSettings app={app} draft={draft} at={at} onChange={set} />
        </Section>
        <Section title="Signature" text="Grip-Sig proves to the backend that a request comes from its proxy.">
          <div className={styles.pair}>
            <Field label={settingInfo.sigIss.label} problem={at('sigIss')}>
              <Input mono value={draft.sigIss} onChange={(event) => set({ sigIss: event.target.value })} />
            </Field>
            <Field label={settingInfo.sigKey.label} problem={at('sigKey')} hint={settingInfo.sigKey.hint}>
              <Input mono value={draft.sigKey} onChange={(event) => set({ sigKey: event.target.value })} />
            </Field>
          </div>
        </Section>
        <Section title="Behaviour and limits">
          <NumberField
            label={settingInfo.messageWait.label}
            value={draft.messageWait}
            problem={at('messageWait')}
            onChange={(messageWait) => set({ messageWait })}
          />
          <div className={styles.pair}>
            <NumberField
              label={settingInfo.memoryLimitMiB.label}
              value={draft.memoryLimitMiB}
              problem={at('memoryLimitMiB')}
              onChange={(memoryLimitMiB) => set({ memoryLimitMiB })}
              hint={settingInfo.memoryLimitMiB.hint}
            />
            <NumberField
              label={settingInfo.bodyLimitKiB.label}
              value={draft.bodyLimitKiB}
              problem={at('bodyLimitKiB')}
              onChange={(bodyLimitKiB) => set({ bodyLimitKiB })}
              hint={settingInfo.bodyLimitKiB.hint}
            />
          </div>
          <LimitsSettings
            draft={draft}
            at={(limit) => (fault?.field === `limits.${limit}` ? problemText(fault) : undefined)}
            onChange={set}
          />
          <Field inline label={settingInfo.debug.label} hint={settingInfo.debug.hint}>
            <Switch checked={draft.debug} onChange={(debug) => set({ debug })} />
          </Field>
        </Section>
        <Section title="Appearance">
          <Field label="Theme">
            <Select value={draft.theme} onChange={(event) => set({ theme: event.target.value as Settings['theme'] })}>
              <option value="system">Same as the system</option>
              <option value="light">Light</option>
              <option value="dark">Dark</option>
            </Select>
          </Field>
        </Section>
      </div>
      <footer className={styles.footer}>
        <Button type="submit" look="primary" disabled={!changed || !result.ok}>
          Save
        </Button>
        <Button look="quiet" disabled={!changed} onClick={() => setDraft(settingsDraftOf(app.settings))}>
          Undo changes
        </Button>
        <span className={styles.version}>Gripscope {app.version}</span>
      </footer>
    </form>
  )
}

function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <header className={styles.about}>
        <h2>{title}</h2>
        {text ? <p>{text}</p> : null}
      </header>
      <div className={styles.fields}>{children}</div>
    </section>
  )
}

interface NumberFieldProps {
  label: string
  value: string
  problem: string | undefined
  hint?: ReactNode
  onChange(value: string): void
}

function NumberField({ label, value, problem, hint, onChange }: NumberFieldProps) {
  return (
    <Field label={label} problem={problem} hint={hint}>
      <Input mono inputMode="numeric" value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  )
}

function ZmqSockets({ sockets }: { sockets: AppState['zmq'] }) {
  return (
    <ul className={styles.sockets} aria-label="ZeroMQ sockets">
      {sockets.map(({ role, spec, problem }) => (
        <li key={role}>
          ZeroMQ {role} <code>{spec}</code>: {problem ? problemText(problem) : 'listening'}
        </li>
      ))}
    </ul>
  )
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(address.trim())
}
