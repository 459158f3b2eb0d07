// Writes a publish item, says whom it would reach, sends it, and tells what came of it.
import { Send, X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { PublishRow } from '../../../preload/views'
import type { FormatName } from '../../../preload/vocabulary/formats'
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
import {
  curlOf,
  type DraftAction,
  emptyDraft,
  emptyFormats,
  formatsFor,
  isBlank,
  itemOf,
  nextId,
  type PublishDraft,
  publishDraftOf,
  shortened,
} from './draft'
import { FormatEditor } from './format-editor'
import { publishedItems, rememberPublished } from './history'
import { ReachBox } from './reach-box'

export function ComposerPanel() {
  const { asked, channel, item: startItem } = useStore((store) => store.ui.composer)
  const [draft, setDraft] = useState<PublishDraft>(emptyDraft)
  const [sent, setSent] = useState<number | null>(null)
  /** The item that was to be sent with formats that have no content. */
  const [refused, setRefused] = useState<PublishDraft | null>(null)
  const set = (change: Partial<PublishDraft>) => setDraft((before) => ({ ...before, ...change }))
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` tells that it was opened anew
  useEffect(() => {
    if (startItem) setDraft(publishDraftOf(startItem))
    else if (channel !== null) set({ channel })
    setSent(null)
    setRefused(null)
  }, [asked])
  useFormatsOf(draft, setDraft)
  const item = useMemo(() => itemOf(draft), [draft])
  const url = publishUrl(useStore((store) => store.app.state)) ?? 'http://localhost:5561/publish/'
  const curl = useMemo(() => curlOf(item, url), [item, url])
  const ready = draft.channel !== '' && draft.formats.length > 0
  const empty = emptyFormats(draft)
  const publish = async (anyway = false) => {
    if (!ready) return
    setRefused(empty.length > 0 && !anyway ? draft : null)
    if (empty.length > 0 && !anyway) return
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
        <History onChoose={(chosen) => setDraft(publishDraftOf(chosen))} />
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
        <section className={styles.same}>
          <h3>Same call</h3>
          <pre>{shortened(curl, 'Copy as cURL has all of it.')}</pre>
        </section>
      </div>
      <footer className={styles.foot}>
        {refused === draft ? <Empty names={empty} onAnyway={() => publish(true)} /> : null}
        {sent === null ? null : <Sent id={sent} onChannel={(name) => set({ channel: name })} />}
        <div className={styles.actions}>
          <Button look="primary" icon={<Send />} disabled={!ready} onClick={() => publish()}>
            Publish <kbd>{shownKeys('Mod+Enter')}</kbd>
          </Button>
          <CopyButton words small={false} label="Copy as cURL" text={curl} />
        </div>
      </footer>
    </div>
  )
}

/** Says which formats have no content, instead of publishing nothing to everybody. */
function Empty({ names, onAnyway }: { names: readonly FormatName[]; onAnyway(): void }) {
  const [one] = names
  const what = names.length === 1 ? `${one} has no content` : `${names.join(' and ')} have no content`
  return (
    <p className={styles.empty} role="alert">
      Not published: {what}. Write it, or take {names.length === 1 ? 'the format' : 'these formats'} off.{' '}
      <Button small look="quiet" onClick={onAnyway}>
        Publish it empty
      </Button>
    </p>
  )
}

/** While nothing is written, the formats are those of the holds on the channel; for an event stream, as events. */
function useFormatsOf(draft: PublishDraft, setDraft: (change: (now: PublishDraft) => PublishDraft) => void): void {
  const { channel } = draft
  const held = useStore((store) => store.trace.channels.get(channel)?.held)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another channel, or its first hold, changes formats
  useEffect(() => {
    if (channel === '' || held === undefined) return
    void formatsOf(channel).then((formats) => {
      if (!formats) return
      const sse = hasEventStream(channel) ? 'message' : null
      setDraft((now) => (now.channel === channel && isBlank(now) ? { ...now, ...formats, sse: now.sse ?? sse } : now))
    })
  }, [channel, held === undefined, held === 0])
}

/** Exchanges that are looked at, the newest first. */
const LOOKED_AT = 5000

/** Is an event stream held on the channel? */
function hasEventStream(channel: string): boolean {
  const { order, exchanges } = useStore.getState().trace
  for (let i = order.length - 1; i >= Math.max(0, order.length - LOOKED_AT); i -= 1) {
    const row = exchanges.get(order[i] ?? 0)
    if (row?.kind === 'sse' && row.endedAt === null && row.channels.includes(channel)) return true
  }
  return false
}

/** The formats that those who listen to a channel take. */
async function formatsOf(channel: string): Promise<Pick<PublishDraft, 'formats' | 'shown'> | null> {
  const item = itemOf({ ...emptyDraft, channel })
  const reach = await attempt('Checking who is subscribed', () => call('publish.reach', { item }))
  return reach && reach.problem === null ? formatsFor(reach.byKind) : null
}

const ACTION_HINTS: Readonly<Record<DraftAction, string>> = {
  send: 'The content goes to the client.',
  close: 'Streams and WebSockets close.',
  hint: 'There is news: holds request it from the backend.',
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

function IdFields({ draft, onChange }: { draft: PublishDraft; onChange(change: Partial<PublishDraft>): void }) {
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

/** The channel that may have been meant, which a click takes. */
function Meant({ near, onChannel }: { near: string | null; onChannel(name: string): void }) {
  if (near === null) return null
  return (
    <>
      {' '}
      Did you mean{' '}
      <Button small onClick={() => onChannel(near)}>
        {near}
      </Button>
    </>
  )
}

/** "Delivered to 5, missed by 1." */
function cameText({ delivered, missed, notDelivered, waiting }: PublishRow): string {
  const parts = [`Delivered to ${delivered}`]
  if (missed > 0) parts.push(`missed by ${missed}`)
  if (notDelivered > missed) parts.push(`skipped for ${notDelivered - missed}`)
  const waits = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'waits' : 'wait'} for the message before it.`
  return `${parts.join(', ')}.${waits}`
}

/** What came of the publish that was just sent. */
function Sent({ id, onChannel }: { id: number; onChannel(name: string): void }) {
  const row = useStore((store) => store.trace.publishes.get(id))
  if (!row) return null
  const nobody = row.unheard
  return (
    <p className={styles.sent} role="status">
      {row.dropped !== '' ? `It was ${row.dropped}.` : nobody ? 'Published; nobody was listening.' : cameText(row)}
      <Meant near={row.dropped === '' && nobody ? row.near : null} onChannel={onChannel} />{' '}
      <Button small look="quiet" onClick={() => openPublish(id)}>
        Show
      </Button>
    </p>
  )
}
