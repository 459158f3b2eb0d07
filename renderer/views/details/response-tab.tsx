// What the client got; and what the backend answered, where that is something else.
import { useState } from 'react'
import type { AnswerView, ExchangeDetails } from '../../../preload/views'
import { Button } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { EmptyState } from '../../components/empty-state'
import { Select } from '../../components/field'
import { HeadersTable, headersText } from '../../components/headers-table'
import { SplitPane } from '../../components/split-pane'
import { formatDuration } from '../../format/duration'
import { openTab } from '../../state/actions'
import { BodyPanel } from './body-panel'
import type { DetailsTab } from './details-tab'
import { Section } from './section'
import styles from './tab.module.css'

export const responseTab: DetailsTab = {
  name: 'response',
  title: 'Response',
  render: (details) => <ResponseTab key={details.row.id} details={details} />,
}

function ResponseTab({ details }: { details: ExchangeDetails }) {
  const { response, answers } = details
  const last = answers[answers.length - 1]
  const [wanted, setWanted] = useState<'response' | 'answer'>('response')
  if (!response && !last) {
    return (
      <EmptyState title="No response yet">Nothing has gone to the client, and the backend has not answered.</EmptyState>
    )
  }
  const kind = wanted === 'response' && !response ? 'answer' : wanted
  const info = kind === 'response' ? response?.body : last?.body
  // What a WebSocket was sent after its handshake are messages.
  const inMessages = kind === 'response' && details.row.kind === 'websocket' && info?.kept === 0
  return (
    <SplitPane
      direction="across"
      name="response"
      label="Width of the response body"
      initial={520}
      min={[260, 240]}
      first={
        <div className={styles.scroll}>
          {response ? (
            <ToClient details={details} />
          ) : (
            <p className={styles.sent}>Nothing has gone to the client yet.</p>
          )}
          {answers.map((answer, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: answers are only ever added at the end
            <Answer key={index} answer={answer} number={answers.length > 1 ? index + 1 : null} />
          ))}
        </div>
      }
      second={
        <div className={styles.column}>
          {response && last && last.body.size > 0 ? (
            <div className={styles.chooser}>
              <Select
                aria-label="Whose body"
                value={kind}
                onChange={(event) => setWanted(event.target.value === 'answer' ? 'answer' : 'response')}
              >
                <option value="response">Body to the client</option>
                <option value="answer">Body of the backend’s answer</option>
              </Select>
            </div>
          ) : null}
          <div className={styles.rest}>
            {inMessages ? (
              <EmptyState
                title="A WebSocket has no body"
                actions={<Button onClick={() => openTab('messages')}>Show its messages</Button>}
              />
            ) : info ? (
              <BodyPanel
                key={kind}
                id={details.row.id}
                kind={kind}
                label={kind === 'response' ? 'response body' : 'backend’s body'}
                info={info}
              />
            ) : null}
          </div>
        </div>
      }
    />
  )
}

function ToClient({ details }: { details: ExchangeDetails }) {
  const { response, row } = details
  if (!response) return null
  return (
    <Section
      title={
        <>
          To the client:{' '}
          <span className={styles.line}>
            {response.status} {response.reason}
          </span>
          , +{formatDuration(response.startedAt - row.at)}
        </>
      }
      actions={<CopyButton label="Copy response headers" text={headersText(response.headers)} />}
    >
      <HeadersTable label="Response headers" headers={response.headers} />
      {details.keepAlives > 0 ? <p className={styles.sent}>{details.keepAlives} keep-alives were sent.</p> : null}
    </Section>
  )
}

function Answer({ answer, number }: { answer: AnswerView; number: number | null }) {
  const title = number === null ? 'From the backend' : `From the backend, answer ${number}`
  return (
    <Section
      title={
        <>
          {title}:{' '}
          <span className={styles.line}>
            {answer.status === null ? answer.target : `${answer.status} ${answer.reason}`}
          </span>
          {answer.answeredAt === null ? '' : `, took ${formatDuration(answer.answeredAt - answer.sentAt)}`}
        </>
      }
      actions={<CopyButton label="Copy the backend’s headers" text={headersText(answer.headers)} />}
    >
      {answer.failure ? <p className={styles.failure}>{answer.failure}</p> : null}
      {answer.status === null ? null : (
        <HeadersTable label={title} headers={answer.headers} marked={(name) => /^grip-/i.test(name)} />
      )}
    </Section>
  )
}
