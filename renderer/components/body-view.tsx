// A body, as its type suggests: JSON formatted, text, server-sent events, or bytes; each can be chosen.
import { Download } from 'lucide-react'
import { useMemo, useState } from 'react'
import { formatBytes } from '../format/bytes'
import { type BodyMode, decodeBase64, guessMode, modesOf, textOf } from './body-modes'
import styles from './body-view.module.css'
import { IconButton } from './button'
import { CodeEditor } from './code-editor'
import { CopyButton } from './copy-button'
import { HexView } from './hex-view'
import { prettyJson } from './pretty-json'
import { Segments } from './segments'
import { readSse } from './sse-events'

export interface BodyViewProps {
  label: string
  base64: string
  contentType: string
  contentEncoding?: string
  /** Bytes that went over the wire; more than are here if it was cut. */
  size: number
}

const modeNames: Record<BodyMode, string> = { json: 'JSON', text: 'Text', sse: 'Events', hex: 'Hex' }

export function BodyView({ label, base64, contentType, contentEncoding = '', size }: BodyViewProps) {
  const bytes = useMemo(() => decodeBase64(base64), [base64])
  const text = useMemo(() => textOf(bytes), [bytes])
  const [wanted, setWanted] = useState<BodyMode | null>(null)
  const modes = modesOf(text, contentType)
  const mode = wanted && modes.includes(wanted) ? wanted : guessMode(text, contentType)
  return (
    <div className={styles.body}>
      <div className={styles.bar}>
        <span className={styles.about}>
          {contentType || 'no content type'} · {formatBytes(size)}
          {contentEncoding ? ` · ${contentEncoding}` : ''}
        </span>
        {bytes.length < size ? (
          <span className={styles.cut}>
            kept {formatBytes(bytes.length)} of {formatBytes(size)}
          </span>
        ) : null}
        <Segments
          label={`Show ${label} as`}
          segments={modes.map((each) => [each, modeNames[each]] as const)}
          chosen={mode}
          onChoose={(name) => setWanted(name)}
        />
        {text === null ? null : <CopyButton label={`Copy ${label}`} text={text} />}
        <IconButton small label={`Save ${label}`} icon={<Download />} onClick={() => download(bytes)} />
      </div>
      <div className={styles.content}>
        {mode === 'hex' || text === null ? (
          <HexView bytes={bytes} label={label} />
        ) : mode === 'sse' ? (
          <SseList text={text} label={label} />
        ) : (
          <CodeEditor
            label={label}
            language={mode === 'json' ? 'json' : 'text'}
            value={mode === 'json' ? prettyJson(text) : text}
            wrap
          />
        )}
      </div>
    </div>
  )
}

function SseList({ text, label }: { text: string; label: string }) {
  const events = useMemo(() => readSse(text), [text])
  return (
    <ol className={styles.events} aria-label={label}>
      {events.map((event, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events of one text have no other name and never move
        <li key={index} className={styles.event}>
          <span className={styles.eventType}>{event.data === '' && event.comment ? 'comment' : event.type}</span>
          <span className={styles.eventId}>{event.id}</span>
          <pre className={styles.eventData}>
            {event.data || event.comment}
            {event.complete ? '' : ' ⋯ no blank line yet'}
          </pre>
        </li>
      ))}
    </ol>
  )
}

function download(bytes: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([bytes]))
  const link = document.createElement('a')
  link.href = url
  link.download = 'body.bin'
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
