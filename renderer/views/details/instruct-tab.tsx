// What the backend instructed: as it was understood, with each problem marked, and the text it was read from.
import type { ExchangeDetails, InstructView } from '../../../preload/views'
import { Chip } from '../../components/chip'
import { CodeEditor } from '../../components/code-editor'
import { CopyButton } from '../../components/copy-button'
import { EmptyState } from '../../components/empty-state'
import { Pill } from '../../components/pill'
import { ProblemNote } from '../../components/problem-note'
import { SplitPane } from '../../components/split-pane'
import { formatDuration } from '../../format/duration'
import { openChannel } from '../../state/actions'
import type { DetailsTab } from './details-tab'
import styles from './instruct-tab.module.css'
import { Facts, Section } from './section'

export const instructTab: DetailsTab = {
  name: 'instruct',
  title: 'Instruct',
  count: ({ instruct }) => instruct?.problems.length || undefined,
  render: (details) => <InstructTab details={details} />,
}

function InstructTab({ details }: { details: ExchangeDetails }) {
  const { instruct } = details
  if (!instruct && details.row.kind === 'websocket') {
    return (
      <EmptyState title="A WebSocket is instructed by messages">
        The backend subscribes it with control messages: Messages and Story show them.
      </EmptyState>
    )
  }
  if (!instruct) {
    return (
      <EmptyState title="The backend sent no instruct">
        To hold a request, it answers with Grip-Hold and Grip-Channel headers, or with a body of type
        application/grip-instruct.
      </EmptyState>
    )
  }
  return (
    <SplitPane
      direction="across"
      name="instruct"
      label="Width of the instruct’s text"
      initial={520}
      min={[280, 240]}
      first={
        <div className={styles.understood}>
          <Understood instruct={instruct} />
        </div>
      }
      second={
        <div className={styles.source}>
          <Section
            title={instruct.from === 'json' ? 'As sent: JSON body' : 'As sent: headers'}
            actions={<CopyButton label="Copy the instruct’s text" text={instruct.source} />}
          >
            {null}
          </Section>
          <div className={styles.code}>
            <CodeEditor
              label="Text of the instruct"
              language={instruct.from === 'json' ? 'json' : 'text'}
              value={instruct.source}
              wrap
            />
          </div>
        </div>
      }
    />
  )
}

function Understood({ instruct }: { instruct: InstructView }) {
  return (
    <>
      <Section
        title="As understood"
        actions={instruct.accepted ? <Pill tone="delivered">accepted</Pill> : <Pill tone="failed">refused</Pill>}
      >
        {instruct.problems.length > 0 ? (
          <div className={styles.problems}>
            {instruct.problems.map((problem) => (
              <ProblemNote
                key={`${problem.field} ${problem.message}`}
                {...problem}
                tone={instruct.accepted ? 'attention' : 'failed'}
              />
            ))}
          </div>
        ) : null}
        <Facts facts={factsOf(instruct)} />
      </Section>
      {instruct.channels.length > 0 ? <Channels instruct={instruct} /> : null}
    </>
  )
}

function factsOf(instruct: InstructView): (readonly [string, string])[] {
  const none = instruct.accepted ? 'none: the response is simply sent' : 'none: the client gets an error instead'
  const facts: (readonly [string, string])[] = [['Hold', instruct.mode ?? none]]
  if (instruct.timeout !== null) {
    facts.push(['Timeout', instruct.timeout === 0 ? 'none' : formatDuration(instruct.timeout)])
  }
  if (instruct.keepAlive !== null && instruct.keepAlive > 0) {
    facts.push(['Keep-alive', `every ${formatDuration(instruct.keepAlive)}`])
  }
  if (instruct.next) facts.push(['Next', instruct.next])
  if (instruct.meta.length > 0) {
    facts.push(['Meta', instruct.meta.map(([name, value]) => `${name}=${value}`).join(', ')])
  }
  return facts
}

function Channels({ instruct }: { instruct: InstructView }) {
  return (
    <Section title={instruct.channels.length === 1 ? 'Channel' : `${instruct.channels.length} channels`}>
      <table className={styles.channels}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Previous id</th>
            <th scope="col">Filters</th>
          </tr>
        </thead>
        <tbody>
          {instruct.channels.map((channel) => (
            <tr key={channel.name}>
              <td>
                <Chip title={`Show the lanes of ${channel.name}`} onClick={() => openChannel(channel.name)}>
                  {channel.name}
                </Chip>
              </td>
              <td>{channel.prevId ?? '–'}</td>
              <td>{channel.filters.join(', ') || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
