// A text to read, of any length: what is too long to be shown at once is shown in parts.
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useMemo, useState } from 'react'
import { formatBytes, formatCount } from '../format/bytes'
import { IconButton } from './button'
import { CodeEditor } from './code-editor'
import { PART_MAX, shownParts } from './long-lines'
import styles from './text-parts.module.css'

export interface TextPartsProps {
  label: string
  text: string
  language: 'json' | 'text'
  /** Why it is shown as it is; null: there is nothing to say. */
  note?: string | null
}

export function TextParts({ label, text, language, note = null }: TextPartsProps) {
  const parts = useMemo(() => shownParts(text), [text])
  const [wanted, setWanted] = useState(0)
  const at = Math.min(wanted, parts.length - 1)
  const go = (to: number) => setWanted(Math.max(0, Math.min(parts.length - 1, to)))
  return (
    <div className={styles.frame}>
      {note || parts.length > 1 ? (
        <div className={styles.bar} role="status">
          {note ? <span className={styles.note}>{note}</span> : null}
          {parts.length > 1 ? (
            <>
              <span>
                Part {formatCount(at + 1)} of {formatCount(parts.length)}, {formatBytes(PART_MAX)} each
              </span>
              <IconButton
                small
                label={`Part before of ${label}`}
                icon={<ChevronLeft />}
                disabled={at === 0}
                onClick={() => go(at - 1)}
              />
              <IconButton
                small
                label={`Next part of ${label}`}
                icon={<ChevronRight />}
                disabled={at === parts.length - 1}
                onClick={() => go(at + 1)}
              />
            </>
          ) : null}
        </div>
      ) : null}
      <div className={styles.text}>
        <CodeEditor label={label} language={language} value={parts[at] ?? ''} wrap />
      </div>
    </div>
  )
}
