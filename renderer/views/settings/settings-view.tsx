// The settings: each group with the fields of its settings, as they are described, in their order. Saved as a whole.
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { AppState } from '../../../preload/contract/app-state'
import { type ProblemView, problemText } from '../../../preload/views'
import {
  type GroupName,
  groupNames,
  type SettingName,
  settingGroups,
  settingNames,
  settingOf,
} from '../../../preload/vocabulary/settings'
import { Button } from '../../components/button'
import { ProblemNote } from '../../components/problem-note'
import { changeSettings, toast } from '../../state/actions'
import { useStore } from '../../state/store'
import type { GroupPartProps } from './group-part'
import { groupParts } from './group-parts'
import { SettingField } from './setting-field'
import { formField, rebase, restarts, type SettingsDraft, settingsChanges, settingsDraftOf } from './settings-draft'
import styles from './settings-view.module.css'

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
  const at: GroupPartProps['at'] = (field) =>
    fault && (fault.field === field || formField(fault) === field) ? problemText(fault) : undefined
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
        {groupNames.map((name) => (
          <Group key={name} name={name} {...{ app, draft, at }} onChange={set} />
        ))}
      </div>
      <footer className={styles.footer}>
        <Button type="submit" look="primary" disabled={!changed || !result.ok}>
          Save
        </Button>
        <Button look="quiet" disabled={!changed} onClick={() => setDraft(settingsDraftOf(app.settings))}>
          Undo changes
        </Button>
        {result.ok && restarts(result.changes) ? (
          <span className={styles.note}>Saving starts the proxy again: open connections close.</span>
        ) : null}
        <span className={styles.version}>Gripscope {app.version}</span>
      </footer>
    </form>
  )
}

function Group({ name, ...props }: GroupPartProps & { name: GroupName }) {
  const settings = settingNames.filter((each) => settingOf(each).group === name)
  const More = groupParts[name]
  return (
    <Section {...settingGroups[name]}>
      {settings.length > 0 ? (
        <div className={styles.grid}>
          {settings.map((each) => (
            <Setting key={each} name={each} {...props} />
          ))}
        </div>
      ) : null}
      {More ? <More {...props} /> : null}
    </Section>
  )
}

function Setting({ name, app, draft, at, onChange }: GroupPartProps & { name: SettingName }) {
  const common = { app, info: settingOf(name), problem: at(name) }
  const change = (value: string | boolean) => onChange({ [name]: value })
  const value = draft[name]
  if (typeof value === 'boolean') return <SettingField {...common} value={value} onChange={change} />
  return <SettingField {...common} value={value} onChange={change} />
}

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
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
