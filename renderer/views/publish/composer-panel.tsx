// Writes a publish item, says whom it would reach, sends it, and tells what came of it.
import { Send, X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { PublishRow } from '../../../preload/views'
import { call } from '../../bridge/client'
import { Button, IconButton } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { Field, Input, Select, TextArea } from '../../components/field'
import { Menu } from '../../components/menu'
import { shownKeys } from '../../components/shown-keys'
import { attempt, closeComposer, openPublish, toastProblem } from '../../state/actions'
import { publishUrl } from '../../state/app'
import { useStore } from '../../state/store'
import styles from './composer-panel.module.css'
import { curlOf, type Draft, type DraftAction, draftOf, emptyDraft, formatsFor, isBlank, itemOf, nextId } from './draft'
import { FormatEditor } from './format-editor'
import { publishedItems, rememberPublished } from './history'
import { ReachBox } from './reach-box'

export function ComposerPanel() {
  const { asked, channel, item: startItem } = useStore((store) => store.ui.composer)
  const [draft, setDraft] = useState<Draft>(emptyDraft)
  const [sent, setSent] = useState<number | null>(null)
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` tells that it was opened anew
  useEffect(() => {
    if (startItem) setDraft(draftOf(startItem))
    else if (channel !== null) {
      set({ channel })
      void formatsOf(channel).then((formats) => {
        if (formats) setDraft((now) => (now.channel === channel && isBlank(now) ? { ...now, ...formats } : now))
      })
    }
    setSent(null)
  }, [asked])
  const item = useMemo(() => itemOf(draft), [draft])
  const url = publishUrl(useStore((store) => store.app.state)) ?? 'http://localhost:5561/publish/'
  const ready = draft.channel !== '' && draft.formats.length > 0
  const publish = async () => {
    if (!ready) return
    const result = await attempt('Publishing', () => call('publish.send', { item }))
    if (result && !result.ok) toastProblem('Not published', result.problem)
    if (!result?.ok) return
    rememberPublished(item)
    setSent(result.id)
    // What comes next follows what was just sent.
    if (draft.id !== '') set({ prevId: draft.id, id: nextId(draft.id) })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the key works in every field of the panel
    <div
      className={styles.panel}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
        event.preventDefault()
        void publish()
      }}
    >
      <header className={styles.header}>
        <h2>Publish</h2>
        <History onChoose={(chosen) => setDraft(draftOf(chosen))} />
        <IconButton label="Close the composer" icon={<X />} onClick={closeComposer} />
      </header>
      <div className={styles.fields}>
        <ChannelField value={draft.channel} onChange={(name) => set({ channel: name })} />
        <IdFields draft={draft} onChange={set} />
        <FormatEditor draft={draft} onChange={set} />
        <details className={styles.more}>
          <summary>Action and meta</summary>
          <Field label="Action" hint={ACTION_HINTS[draft.action]}>
            <Select value={draft.action} onChange={(event) => set({ action: event.target.value as DraftAction })}>
              <option value="send">send</option>
              <option value="close">close</option>
              <option value="hint">hint</option>
            </Select>
          </Field>
          <Field label="Meta" hint="One on each line, for filters: sender: alice">
            <TextArea mono rows={2} value={draft.meta} onChange={(event) => set({ meta: event.target.value })} />
          </Field>
        </details>
        <ReachBox item={item} ready={ready} onChannel={(name) => set({ channel: name })} onId={(id) => set({ id })} />
        <div className={styles.actions}>
          <Button look="primary" icon={<Send />} disabled={!ready} onClick={publish}>
            Publish <kbd>{shownKeys('Mod+Enter')}</kbd>
          </Button>
          <CopyButton words small={false} label="Copy as cURL" text={() => curlOf(item, url)} />
        </div>
        {sent === null ? null : <Sent id={sent} />}
      </div>
      <footer className={styles.same}>
        <h3>Same call</h3>
        <pre>{curlOf(item, url)}</pre>
      </footer>
    </div>
  )
}

/** The formats that those who listen to a channel take. */
async function formatsOf(channel: string): Promise<Pick<Draft, 'formats' | 'shown'> | null> {
  const item = itemOf({ ...emptyDraft, channel })
  const reach = await attempt('Looking who listens', () => call('publish.reach', { item }))
  return reach && reach.problem === null ? formatsFor(reach.byKind) : null
}

const ACTION_HINTS: Readonly<Record<DraftAction, string>> = {
  send: 'The content goes to the client.',
  close: 'Streams and WebSockets are ended.',
  hint: 'There is news: holds ask the backend for it.',
}

/** Channels that are known are offered, with how many listen. */
function ChannelField({ value, onChange }: { value: string; onChange(value: string): void }) {
  const channels = useStore((store) => store.trace.channels)
  useStore((store) => store.trace.channelsVersion)
  const held = channels.get(value)?.held ?? 0
  const names = [...channels.values()].sort((a, b) => b.held - a.held).slice(0, 50)
  return (
    <>
      <Field label="Channel">
        <Input
          mono
          list="known-channels"
          value={value}
          onChange={(event) => onChange(event.target.value)}
          after={<span className={styles.held}>{held} held</span>}
        />
      </Field>
      <datalist id="known-channels">
        {names.map((row) => (
          <option key={row.name} value={row.name} label={`${row.held} held`} />
        ))}
      </datalist>
    </>
  )
}

function IdFields({ draft, onChange }: { draft: Draft; onChange(change: Partial<Draft>): void }) {
  const last = useStore((store) => store.trace.channels.get(draft.channel)?.lastId ?? null)
  const offered = last !== null && (draft.prevId !== last || draft.id === '')
  return (
    <div className={styles.ids}>
      <Field label="Id">
        <Input mono placeholder="none" value={draft.id} onChange={(event) => onChange({ id: event.target.value })} />
      </Field>
      <Field label="Previous id">
        <Input
          mono
          placeholder="none"
          value={draft.prevId}
          onChange={(event) => onChange({ prevId: event.target.value })}
          after={
            offered ? (
              <Button
                small
                title={`The channel's last id is ${last}`}
                onClick={() => onChange({ prevId: last, id: nextId(last) })}
              >
                after {last}
              </Button>
            ) : null
          }
        />
      </Field>
    </div>
  )
}

function History({ onChoose }: { onChoose(item: Record<string, unknown>): void }) {
  const items = publishedItems()
  if (items.length === 0) return null
  return (
    <Menu
      items={items.map((item, index) => ({
        title: `${String(item.channel)} ${JSON.stringify(item.formats)}`.slice(0, 60),
        ...(index === 0 && { detail: 'latest' }),
        run: () => onChoose(item),
      }))}
    >
      <Button small look="quiet">
        History ▾
      </Button>
    </Menu>
  )
}

/** "Delivered to 5, missed by 1." */
function cameText({ delivered, missed, notDelivered, waiting }: PublishRow): string {
  const parts = [`Delivered to ${delivered}`]
  if (missed > 0) parts.push(`missed by ${missed}`)
  if (notDelivered > missed) parts.push(`passed over for ${notDelivered - missed}`)
  const waits = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'waits' : 'wait'} for the message before it.`
  return `${parts.join(', ')}.${waits}`
}

/** What came of the publish that was just sent. */
function Sent({ id }: { id: number }) {
  const row = useStore((store) => store.trace.publishes.get(id))
  if (!row) return null
  const nobody = row.unheard
  return (
    <p className={styles.sent} role="status">
      {row.dropped !== '' ? `It was ${row.dropped}.` : nobody ? 'Published; nobody was listening.' : cameText(row)}
      {row.dropped === '' && nobody && row.near !== null ? ` Did you mean ${row.near}?` : ''}{' '}
      <Button small look="quiet" onClick={() => openPublish(id)}>
        Show
      </Button>
    </p>
  )
}
