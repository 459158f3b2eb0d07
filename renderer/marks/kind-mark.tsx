// The kind of an exchange as an icon and a word. (marks/: how the words of GRIP look, wherever they stand.)
import { ArrowLeftRight, ArrowRight, Clock, type LucideIcon, Radio, Waves } from 'lucide-react'
import { memo } from 'react'
import type { ExchangeKind } from '../../preload/views'
import styles from './kind-mark.module.css'

const kinds: Record<ExchangeKind, { readonly icon: LucideIcon; readonly word: string }> = {
  http: { icon: ArrowRight, word: 'HTTP' },
  'long-poll': { icon: Clock, word: 'Long-poll' },
  stream: { icon: Waves, word: 'Stream' },
  sse: { icon: Radio, word: 'SSE' },
  websocket: { icon: ArrowLeftRight, word: 'WebSocket' },
}

export const KindMark = memo(function KindMark({ kind }: { kind: ExchangeKind }) {
  const { icon: Icon, word } = kinds[kind]
  return (
    <span className={styles.kind}>
      <Icon size={13} strokeWidth={1.75} aria-hidden />
      {word}
    </span>
  )
})
