// A body, as its type suggests: JSON formatted, text, server-sent events, or bytes; each can be chosen.
import { Download } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Body } from '../../preload/views'
import { formatBytes } from '../format/bytes'
import { type Gap, keptWords, type TextPart } from './body-gaps'
import { type BodyMode, modesOf } from './body-modes'
import styles from './body-view.module.css'
import { IconButton } from './button'
import { CopyButton } from './copy-button'
import { EmptyState } from './empty-state'
import { EventList } from './event-list'
import { HexView } from './hex-view'
import { eventRows, type ReadBody, readBody } from './read-body'
import { SegmentedControl } from './segmented-control'
import { TextParts } from './text-parts'
import { useLaidOut } from './use-laid-out'
import { useSteps } from './use-steps'

export interface BodyViewProps {
  label: string
  base64: string
  contentType: string
  contentEncoding?: string
  /** Bytes of the body; more than are here if it was cut. */
  size: number
  /** Where bytes are missing. */
  gaps?: readonly Gap[]
  /** How it went over the wire, if compressed. */
  compressed?: Body['compressed']
  /** Saves it where it is more than what is here. */
  onSave?: () => void
}

const modeNames: Record<BodyMode, string> = { json: 'JSON', text: 'Text', sse: 'Events', hex: 'Hex' }

const NONE: readonly Gap[] = []
/** Characters of base64, or of a text of events, that are read at once. */
const AT_ONCE = 32 * 1024

/** Another body, not more of the same one, needs another key. */
export function BodyView(props: BodyViewProps) {
  const { label, base64, contentType, gaps = NONE } = props
  const input = useMemo(() => ({ base64, contentType, gaps }), [base64, contentType, gaps])
  const read = useSteps(input, base64.length <= AT_ONCE, readBody)
  return read ? <Read {...props} read={read} /> : <EmptyState title={`Loading the ${label}…`} />
}

function Read(props: BodyViewProps & { read: ReadBody }) {
  const { label, contentType, contentEncoding = '', size, compressed = null, onSave, read } = props
  const { bytes, gaps, parts, text } = read
  const kept = keptWords(bytes.length, size, gaps)
  const laidOut = useLaidOut(text ?? '')
  const [wanted, setWanted] = useState<BodyMode | null>(null)
  const modes = modesOf(text, contentType, laidOut?.kind === 'json')
  const mode = wanted && modes.includes(wanted) ? wanted : (modes[0] ?? 'hex')
  return (
    <div className={styles.body}>
      <div className={styles.bar}>
        <span className={styles.about}>
          {contentType || 'no content type'} · {formatBytes(size)}
          {compressed
            ? ` · ${compressed.codings}, ${formatBytes(compressed.size)} compressed`
            : contentEncoding
              ? ` · ${contentEncoding}`
              : ''}
        </span>
        {compressed?.problem ? (
          <span className={styles.cut} title={compressed.problem}>
            {compressed.problem}
          </span>
        ) : null}
        {kept === '' ? null : (
          <span className={styles.cut} title={kept}>
            {kept}
          </span>
        )}
        <SegmentedControl
          label={`Show ${label} as`}
          segments={modes.map((each) => [each, modeNames[each]] as const)}
          chosen={mode}
          onChoose={(name) => setWanted(name)}
        />
        {text === null ? null : <CopyButton label={`Copy ${label}`} text={text} />}
        <IconButton
          small
          label={kept === '' ? `Save ${label}` : `Save what was kept of the ${label}`}
          icon={<Download />}
          onClick={
            onSave ??
            (() => (kept === '' ? download(bytes, 'body.bin') : download(text ?? bytes, 'body-incomplete.bin')))
          }
        />
      </div>
      <div className={styles.content}>
        {mode === 'hex' || text === null || parts === null ? (
          <HexView bytes={bytes} gaps={gaps} label={label} />
        ) : mode === 'sse' ? (
          <SseList parts={parts} label={label} />
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

function SseList({ parts, label }: { parts: readonly TextPart[]; label: string }) {
  const length = parts.reduce((sum, { text }) => sum + text.length, 0)
  const events = useSteps(parts, length <= AT_ONCE, eventRows)
  return events ? <EventList events={events} label={label} /> : <EmptyState title={`Loading the ${label}…`} />
}

function download(content: Uint8Array<ArrayBuffer> | string, name: string): void {
  const url = URL.createObjectURL(new Blob([content]))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
