// What the client asked, and what went to the backend for it.
import type { ExchangeDetails } from '../../../preload/views'
import { CopyButton } from '../../components/copy-button'
import { HeadersTable, headersText } from '../../components/headers-table'
import { SplitPane } from '../../components/split-pane'
import { formatDuration } from '../../format/duration'
import { BodyPanel } from './body-panel'
import type { DetailsTab } from './details-tab'
import { Section } from './section'
import styles from './tab.module.css'

export const requestTab: DetailsTab = {
  name: 'request',
  title: 'Request',
  render: (details) => <RequestTab details={details} />,
}

function RequestTab({ details }: { details: ExchangeDetails }) {
  const { row } = details
  return (
    <SplitPane
      direction="across"
      name="request"
      label="Width of the request body"
      initial={520}
      min={[260, 240]}
      first={
        <div className={styles.scroll}>
          <Section
            title={
              <span className={styles.line}>
                {row.method} {row.path} {details.httpVersion ? `HTTP/${details.httpVersion}` : ''}
                {details.secure ? ' over TLS' : ''}
              </span>
            }
            actions={<CopyButton label="Copy request headers" text={headersText(details.requestHeaders)} />}
          >
            <HeadersTable label="Request headers" headers={details.requestHeaders} />
          </Section>
          {details.answers.map((answer, index) => (
            <Section
              // biome-ignore lint/suspicious/noArrayIndexKey: answers are only ever added at the end
              key={index}
              title={
                <>
                  To the backend{details.answers.length > 1 ? `, try ${index + 1} (${answer.why})` : ''}:{' '}
                  <span className={styles.line}>{answer.target}</span>, +{formatDuration(answer.sentAt - row.at)}
                </>
              }
              actions={
                <CopyButton label="Copy headers sent to the backend" text={headersText(answer.requestHeaders)} />
              }
            >
              <p className={styles.sent}>
                <span className={styles.line}>
                  {answer.method} {answer.url}
                </span>{' '}
                by route <span className={styles.line}>{answer.route}</span>
                {answer.sharedWith === null ? '' : `. Not sent for this exchange: shared with #${answer.sharedWith}.`}
              </p>
              <HeadersTable
                label={`Headers sent to ${answer.target}`}
                headers={answer.requestHeaders}
                marked={(name) => /^grip-/i.test(name)}
              />
            </Section>
          ))}
        </div>
      }
      second={<BodyPanel id={row.id} kind="request" label="request body" info={details.requestBody} />}
    />
  )
}
