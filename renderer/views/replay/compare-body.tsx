// The bodies of an original and its replay: their lines side by side, or whether their bytes are equal.
import { useEffect, useState } from 'react'
import type { Body, BodyInfo, ExchangeDetails } from '../../../preload/views'
import { Button } from '../../components/button'
import { Pill } from '../../components/pill'
import { formatBytes, formatCount } from '../../format/bytes'
import { openExchange } from '../../state/actions'
import { Section } from '../details/section'
import { type BodyState, useBody } from '../details/use-body'
import { type BodyComparison, compareBodies } from './compare-bodies'
import type { Fact } from './compare-facts'
import styles from './compare-tab.module.css'
import { DiffLines } from './diff-lines'

export interface BodySectionProps {
  a: number
  b: number
  infoA: BodyInfo
  infoB: BodyInfo
}

export function BodySection({ a, b, infoA, infoB }: BodySectionProps) {
  const bodyA = useBody(a, 'response', infoA)
  const bodyB = useBody(b, 'response', infoB)
  const missing = missingWords(a, bodyA) ?? missingWords(b, bodyB)
  if (bodyA.state !== 'here' || bodyB.state !== 'here') {
    return (
      <Section title="Response body">
        <p className={styles.none}>{missing ?? 'Loading the bodies…'}</p>
      </Section>
    )
  }
  return <Compared a={a} b={b} bodyA={bodyA.body} bodyB={bodyB.body} />
}

function missingWords(id: number, body: BodyState): string | null {
  if (body.state === 'gone') return `The body of #${id} is no longer in memory.`
  return body.state === 'failed' ? `The body of #${id} could not be fetched: ${body.message}` : null
}

function Compared({ a, b, bodyA, bodyB }: { a: number; b: number; bodyA: Body; bodyB: Body }) {
  const comparison = useComparison(bodyA, bodyB)
  const cut = [cutWords(a, bodyA), cutWords(b, bodyB)].filter((words) => words !== null).join(' ')
  const bound = comparison?.kind === 'lines' ? comparison.bound : ''
  return (
    <Section
      title="Response body"
      actions={comparison ? <BodyVerdict comparison={comparison} cut={cut !== ''} /> : null}
    >
      <div className={styles.sizes}>
        <p>
          #{a}: {aboutBody(bodyA)}
        </p>
        <p>
          #{b}: {aboutBody(bodyB)}
        </p>
      </div>
      {cut === '' ? null : <p className={styles.cut}>{cut} The rest is not compared.</p>}
      {bound === '' ? null : <p className={styles.cut}>{bound}</p>}
      {comparison ? (
        <Difference a={a} b={b} comparison={comparison} />
      ) : (
        <p className={styles.none} role="status">
          Comparing the bodies…
        </p>
      )}
    </Section>
  )
}

/** Null: it is still worked on. */
function useComparison(bodyA: Body, bodyB: Body): BodyComparison | null {
  const [known, setKnown] = useState<{ bodyA: Body; bodyB: Body; comparison: BodyComparison } | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    void compareBodies(bodyA, bodyB, stop.signal).then((comparison) => {
      if (!stop.signal.aborted) setKnown({ bodyA, bodyB, comparison })
    })
    return () => stop.abort()
  }, [bodyA, bodyB])
  return known?.bodyA === bodyA && known.bodyB === bodyB ? known.comparison : null
}

function BodyVerdict({ comparison, cut }: { comparison: BodyComparison; cut: boolean }) {
  if (comparison.kind === 'empty') return <Pill tone="plain">both empty</Pill>
  if (comparison.kind === 'too-different') return <Pill tone="attention">differ</Pill>
  if (comparison.equal) return <Pill tone="plain">{cut ? 'same as far as kept' : 'same'}</Pill>
  if (comparison.kind === 'bytes') return <Pill tone="attention">differ</Pill>
  if (comparison.layout) return <Pill tone="plain">same except for white space</Pill>
  const lines = comparison.rows.filter((row) => row.change !== 'same').length
  if (lines === 0)
    return <Pill tone="attention">differ beyond what was {comparison.bound === '' ? 'kept' : 'compared'}</Pill>
  return <Pill tone="attention">{lines === 1 ? '1 line differs' : `${formatCount(lines)} lines differ`}</Pill>
}

function Difference({ a, b, comparison }: { a: number; b: number; comparison: BodyComparison }) {
  switch (comparison.kind) {
    case 'empty':
      return null
    case 'bytes':
      return (
        <p className={styles.none}>
          {comparison.equal ? 'Their bytes are equal.' : 'Their bytes differ.'} They are not text, so there are no lines
          to compare.
        </p>
      )
    case 'too-different':
      return (
        <div className={styles.none}>
          <p>
            They differ in too many lines to be shown one by one: {formatCount(comparison.linesA)} lines and{' '}
            {formatCount(comparison.linesB)}.
          </p>
          <p className={styles.buttons}>
            {[a, b].map((id) => (
              <Button key={id} small onClick={() => openExchange(id, 'response')}>
                Show the response of #{id}
              </Button>
            ))}
          </p>
        </div>
      )
    case 'lines':
      return <DiffLines rows={comparison.rows} a={a} b={b} />
  }
}

function aboutBody(body: Body): string {
  const type = body.contentType === '' ? '' : ` ${body.contentType}`
  return `${formatBytes(body.size)}${type}${body.contentEncoding === '' ? '' : `, ${body.contentEncoding}`}`
}

function cutWords(id: number, { kept, size }: Body): string | null {
  return kept < size ? `Only ${formatBytes(kept)} of ${formatBytes(size)} were kept of #${id}.` : null
}

/** The bodies of the requests in one line; null until they are here, and where neither has one. */
export function useRequestBodyFact(a: ExchangeDetails, b: ExchangeDetails): Fact | null {
  const bodyA = useBody(a.row.id, 'request', a.requestBody)
  const bodyB = useBody(b.row.id, 'request', b.requestBody)
  if (bodyA.state !== 'here' || bodyB.state !== 'here') return null
  if (bodyA.body.size === 0 && bodyB.body.size === 0) return null
  const sizes = [formatBytes(bodyA.body.size), formatBytes(bodyB.body.size)] as const
  const other = sizes[0] === sizes[1] && bodyA.body.base64 !== bodyB.body.base64
  return { name: 'Body', a: sizes[0], b: other ? `${sizes[1]}, other bytes` : sizes[1] }
}
