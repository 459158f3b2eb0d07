// The formats of the item: which it has, and the content of the one that is shown.
import clsx from 'clsx'
import { Check } from 'lucide-react'
import { type FormatName, formatNames } from '../../../preload/vocabulary/formats'
import { CodeEditor } from '../../components/code-editor'
import { Field, Input, TextArea } from '../../components/field'
import { shownJsonFault } from '../../components/pretty-json'
import styles from './composer-panel.module.css'
import { type PublishDraft, shortened, sseFrame } from './draft'

export interface FormatEditorProps {
  draft: PublishDraft
  onChange(change: Partial<PublishDraft>): void
}

export function FormatEditor({ draft, onChange }: FormatEditorProps) {
  const toggle = (name: FormatName) => {
    const on = draft.formats.includes(name)
    // A click on another one shows it first; on the shown one it turns it on or off.
    if (draft.shown !== name) onChange({ shown: name, ...(!on && { formats: [...draft.formats, name] }) })
    else onChange({ formats: on ? draft.formats.filter((each) => each !== name) : [...draft.formats, name] })
  }
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw its own frame */}
      <div className={styles.formats} role="group" aria-label="Formats">
        {formatNames.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={draft.formats.includes(name)}
            className={clsx(
              styles.format,
              draft.formats.includes(name) && styles.on,
              draft.shown === name && styles.shown,
            )}
            title={`${name}: ${TAKERS[name]}`}
            onClick={() => toggle(name)}
          >
            {draft.formats.includes(name) ? <Check size={12} aria-hidden /> : null}
            {name}
          </button>
        ))}
      </div>
      {draft.action === 'send' ? <Content draft={draft} onChange={onChange} /> : null}
    </>
  )
}

const TAKERS: Readonly<Record<FormatName, string>> = {
  'http-response': 'answers held requests',
  'http-stream': 'is appended to streams',
  'ws-message': 'goes to WebSockets',
}

function Content({ draft, onChange }: FormatEditorProps) {
  switch (draft.shown) {
    case 'http-response':
      return <ResponseContent draft={draft} onChange={onChange} />
    case 'http-stream':
      return <StreamContent draft={draft} onChange={onChange} />
    case 'ws-message':
      return (
        <>
          <div className={styles.editor}>
            <CodeEditor
              label="Message"
              language="json"
              value={draft.message}
              onChange={(message) => onChange({ message })}
              wrap
            />
          </div>
          {draft.binary ? null : <JsonNote text={draft.message} />}
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={draft.binary}
              onChange={(event) => onChange({ binary: event.target.checked })}
            />
            binary, written in base64
          </label>
        </>
      )
  }
}

function ResponseContent({ draft, onChange }: FormatEditorProps) {
  return (
    <>
      <div className={styles.ids}>
        <Field label="Status">
          <Input
            mono
            inputMode="numeric"
            value={draft.code}
            onChange={(event) => onChange({ code: event.target.value })}
          />
        </Field>
        <Field label="Reason">
          <Input
            mono
            placeholder="by status"
            value={draft.reason}
            onChange={(event) => onChange({ reason: event.target.value })}
          />
        </Field>
      </div>
      <Field label="Headers">
        <TextArea
          mono
          rows={2}
          placeholder="Content-Type: application/json"
          value={draft.headers}
          onChange={(event) => onChange({ headers: event.target.value })}
        />
      </Field>
      <div className={styles.editor}>
        <CodeEditor label="Body" language="json" value={draft.body} onChange={(body) => onChange({ body })} wrap />
      </div>
      <JsonNote text={draft.body} />
    </>
  )
}

function StreamContent({ draft, onChange }: FormatEditorProps) {
  return (
    <>
      <div className={styles.editor}>
        <CodeEditor
          label="Content"
          language="json"
          value={draft.content}
          onChange={(content) => onChange({ content })}
          wrap
        />
      </div>
      <JsonNote text={draft.content} />
      <div className={styles.sse}>
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={draft.sse !== null}
            onChange={(event) => onChange({ sse: event.target.checked ? 'message' : null })}
          />
          as SSE event
        </label>
        {draft.sse === null ? (
          <span className={styles.note}>sent as it is: a stream of events needs its framing</span>
        ) : (
          <Input
            mono
            aria-label="Name of the event"
            value={draft.sse}
            onChange={(event) => onChange({ sse: event.target.value })}
          />
        )}
      </div>
      {draft.sse === null ? null : <pre className={styles.framed}>{framedText(draft.sse, draft.content)}</pre>}
    </>
  )
}

/** The event as it goes out, its line ends shown. */
function framedText(event: string, data: string): string {
  return shortened(sseFrame(event, data), 'All of it is sent.').replaceAll('\n', '⏎\n')
}

/** Content may be anything; what begins as JSON and is none is most likely a slip. */
function JsonNote({ text }: { text: string }) {
  const fault = /^\s*[[{]/.test(text) ? shownJsonFault(text) : null
  return (
    <p className={styles.slip} role="status">
      {fault === null ? null : `Not quite JSON: ${fault}. It would be sent as it is.`}
    </p>
  )
}
