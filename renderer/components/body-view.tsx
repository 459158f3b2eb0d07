// A body, as its type suggests: JSON formatted, text, server-sent events, or bytes; each can be chosen.
import { Download } from 'lucide-react'
import { useMemo, useState } from 'react'
import { formatBytes } from '../format/bytes'
import { type BodyMode, decodeBase64, modesOf, textOf } from './body-modes'
import styles from './body-view.module.css'
import { IconButton } from './button'
import { CopyButton } from './copy-button'
import { EmptyState } from './empty-state'
import { EventList } from './event-list'
import { HexView } from './hex-view'
import { Segments } from './segments'
import { readSse } from './sse-events'
import { TextParts } from './text-parts'
import { useLaidOut } from './use-laid-out'

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
  const laidOut = useLaidOut(text ?? '')
  const [wanted, setWanted] = useState<BodyMode | null>(null)
  const modes = modesOf(text, contentType, laidOut?.kind === 'json')
  const mode = wanted && modes.includes(wanted) ? wanted : (modes[0] ?? 'hex')
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
        ) : laidOut === null && wanted === null ? (
          <EmptyState title={`Formatting the ${label}…`} />
        ) : mode === 'json' && laidOut?.kind === 'json' ? (
          <TextParts label={label} language="json" text={laidOut.text} />
        ) : (
          <TextParts label={label} language="text" text={text} note={laidOut?.kind === 'left' ? laidOut.why : null} />
        )}
      </div>
    </div>
  )
}

function SseList({ text, label }: { text: string; label: string }) {
  const events = useMemo(() => readSse(text), [text])
  return <EventList events={events} label={label} />
}

function download(bytes: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([bytes]))
  const link = document.createElement('a')
  link.href = url
  link.download = 'body.bin'
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
