// The messages of a WebSocket, both ways, with the one that is chosen in full.
import { useState } from 'react'
import type { ExchangeDetails, WsMessageView } from '../../../preload/views'
import { encodeBase64 } from '../../components/body-modes'
import { BodyView } from '../../components/body-view'
import { type Column, DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { Pill } from '../../components/pill'
import { SplitPane } from '../../components/split-pane'
import { formatBytes } from '../../format/bytes'
import { formatOffset } from '../../format/duration'

interface Numbered extends WsMessageView {
  readonly number: number
}

const arrows: Record<WsMessageView['from'], string> = {
  client: '↑ client',
  backend: '↓ backend',
  proxy: '↓ Gripscope',
  publish: '↓ publish',
}

export function MessagesTab({ details }: { details: ExchangeDetails }) {
  const [chosen, setChosen] = useState<number | null>(null)
  if (details.messages.length === 0) return <EmptyState title="No messages yet" />
  const rows = details.messages.map((message, number): Numbered => ({ ...message, number }))
  const message = chosen === null ? undefined : rows[chosen]
  return (
    <SplitPane
      direction="across"
      name="messages"
      label="Width of the message"
      initial={420}
      min={[320, 220]}
      first={
        <DataTable
          label="Messages"
          columns={columnsFrom(details.row.at)}
          rows={rows}
          rowKey={(row) => row.number}
          selected={chosen}
          onSelect={(row) => setChosen(row.number)}
          follow
        />
      }
      second={
        message ? (
          <BodyView
            key={message.number}
            label={`message ${message.number + 1}`}
            base64={message.base64 ?? encodeBase64(message.text ?? '')}
            contentType={message.kind}
            size={message.size}
          />
        ) : null
      }
    />
  )
}

/** Characters of a message that its row can show. */
const CELL = 500

const columnsFrom = (began: number): readonly Column<Numbered>[] => [
  { name: 'at', title: 'Time', width: '88px', mono: true, render: (row) => formatOffset(row.at - began) },
  { name: 'from', title: 'From', width: '104px', render: (row) => arrows[row.from] },
  { name: 'kind', title: 'Kind', width: '72px', mono: true, render: (row) => row.kind },
  { name: 'size', title: 'Size', width: '72px', mono: true, render: (row) => formatBytes(row.size) },
  {
    name: 'text',
    title: 'Content',
    width: 'minmax(120px, 1fr)',
    mono: true,
    render: (row) => row.text?.slice(0, CELL) ?? (row.base64 ? `binary, base64: ${row.base64.slice(0, 80)}` : ''),
  },
  {
    name: 'passed',
    title: '',
    width: '92px',
    render: (row) => (row.passed ? null : <Pill tone="plain">not passed</Pill>),
  },
]
