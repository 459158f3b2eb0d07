// The messages of a WebSocket, both ways, with the one that is chosen in full.
import { useMemo, useState } from 'react'
import type { ExchangeDetails, WsMessageView } from '../../../preload/views'
import { encodeBase64 } from '../../components/body-modes'
import { BodyView } from '../../components/body-view'
import { type Column, DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { Marked } from '../../components/marks'
import { Pill } from '../../components/pill'
import { SplitPane } from '../../components/split-pane'
import { formatBytes, formatCount } from '../../format/bytes'
import { formatOffset } from '../../format/duration'
import type { DetailsTab } from './details-tab'
import styles from './tab.module.css'
import { useMessage, useMessages } from './use-messages'

export const messagesTab: DetailsTab = {
  name: 'messages',
  title: 'Messages',
  shown: ({ row }) => row.kind === 'websocket',
  count: ({ messages }) => messages,
  render: (details) => <MessagesTab key={details.row.id} details={details} />,
}

const arrows: Record<WsMessageView['from'], string> = {
  client: '↑ client',
  backend: '↓ backend',
  proxy: '↓ Gripscope',
  publish: '↓ publish',
}

function MessagesTab({ details }: { details: ExchangeDetails }) {
  const { id, at } = details.row
  const [chosen, setChosen] = useState<number | null>(null)
  const { rows, loading, failed } = useMessages(id, details.messages)
  const columns = useMemo(() => columnsFrom(at), [at])
  if (details.messages === 0) return <EmptyState title="No messages yet" />
  if (rows.length === 0 && !loading)
    return (
      <EmptyState title="The messages could not be fetched">{failed ?? 'They are no longer in memory.'}</EmptyState>
    )
  const gone = loading ? 0 : (rows[rows.length - 1]?.number ?? 0) - rows.length
  return (
    <div className={styles.column}>
      {gone > 0 || failed ? (
        <p className={styles.sent} role="status">
          {failed ?? `${formatCount(gone)} older ${gone === 1 ? 'message is' : 'messages are'} not kept.`}
        </p>
      ) : null}
      <div className={styles.rest}>
        <SplitPane
          direction="across"
          name="messages"
          label="Width of the message"
          initial={420}
          min={[320, 220]}
          first={
            <DataTable
              label="Messages"
              columns={columns}
              rows={rows}
              rowKey={(row) => row.number}
              selected={chosen}
              onSelect={(row) => setChosen(row.number)}
              follow
            />
          }
          second={chosen === null ? null : <Chosen key={chosen} id={id} number={chosen} />}
        />
      </div>
    </div>
  )
}

function Chosen({ id, number }: { id: number; number: number }) {
  const found = useMessage(id, number)
  const label = `message ${number}`
  switch (found.state) {
    case 'none':
      return null
    case 'loading':
      return <EmptyState title={`Loading ${label}…`} />
    case 'gone':
      return <EmptyState title={`Message ${number} is no longer in memory`} />
    case 'failed':
      return <EmptyState title={`Message ${number} could not be fetched`}>{found.why}</EmptyState>
    case 'here': {
      const { base64, text, kind, size } = found.message
      return <BodyView label={label} base64={base64 ?? encodeBase64(text ?? '')} contentType={kind} size={size} />
    }
  }
}

/** Characters of a message that its row can show. */
const CELL = 500

const columnsFrom = (began: number): readonly Column<WsMessageView>[] => [
  { name: 'number', title: '#', width: '56px', end: true, mono: true, render: (row) => row.number },
  { name: 'at', title: 'Time', width: '88px', mono: true, render: (row) => formatOffset(row.at - began) },
  { name: 'from', title: 'From', width: '104px', render: (row) => arrows[row.from] },
  { name: 'kind', title: 'Kind', width: '72px', mono: true, render: (row) => row.kind },
  { name: 'size', title: 'Size', width: '72px', mono: true, render: (row) => formatBytes(row.size) },
  {
    name: 'text',
    title: 'Content',
    width: 'minmax(120px, 1fr)',
    mono: true,
    render: (row) => <Marked text={contentOf(row)} />,
  },
  {
    name: 'passed',
    title: '',
    width: '92px',
    render: (row) => (row.passed ? null : <Pill tone="plain">not passed</Pill>),
  },
]

function contentOf({ text, base64 }: WsMessageView): string {
  return text?.slice(0, CELL) ?? (base64 ? `binary, base64: ${base64.slice(0, 80)}` : '')
}
