// What a publish carries: the content of each of its formats, one at a time.
import { useState } from 'react'
import type { PayloadView } from '../../../preload/views'
import { BodyView } from '../../components/body-view'
import { HeadersTable } from '../../components/headers-table'
import { Marked } from '../../components/marks'
import { SegmentedControl } from '../../components/segmented-control'
import styles from './publish-content.module.css'

/** @param preferred the format that is shown first, if the publish has it */
export function PublishContent({
  content,
  preferred,
}: {
  content: readonly PayloadView[]
  preferred?: PayloadView['format'] | undefined
}) {
  const [chosen, setChosen] = useState<string | undefined>(preferred)
  const shown = content.find(({ format }) => format === chosen) ?? content[0]
  return (
    <section className={styles.content} aria-label="Content of the publish">
      <header className={styles.header}>
        <h3>Content</h3>
        {content.length > 1 && shown ? (
          <SegmentedControl
            label="Format"
            segments={content.map(({ format }) => [format, format] as const)}
            chosen={shown.format}
            onChoose={setChosen}
          />
        ) : (
          <code>{shown?.format ?? ''}</code>
        )}
      </header>
      {shown ? <Payload key={shown.format} payload={shown} /> : <p className={styles.none}>No known format.</p>}
    </section>
  )
}

const contentTypes: Record<PayloadView['format'], string> = {
  'http-response': 'body',
  'http-stream': 'content',
  'ws-message': 'message',
}

function Payload({ payload }: { payload: PayloadView }) {
  const { format, action, about, headers, base64, size } = payload
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? contentTypes[format]
  return (
    <>
      {about !== '' || action !== 'send' ? (
        <p className={styles.about}>
          <Marked text={[action === 'send' ? '' : `action ${action}`, about].filter(Boolean).join(' · ')} />
        </p>
      ) : null}
      {headers.length > 0 ? <HeadersTable headers={headers} label="Headers of the publish" /> : null}
      {action === 'send' || size > 0 ? (
        <div className={styles.body}>
          <BodyView label="content" base64={base64} contentType={type} size={size} />
        </div>
      ) : null}
    </>
  )
}
