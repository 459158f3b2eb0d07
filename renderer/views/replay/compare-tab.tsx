// A replay beside its original: what was asked, how it came out, holds and times; headers and bodies with their differences.
import type { ExchangeDetails } from '../../../preload/views'
import { EmptyState } from '../../components/empty-state'
import { Pill } from '../../components/pill'
import { SplitPane } from '../../components/split-pane'
import { useTraceNow } from '../../state/clock'
import { useStore } from '../../state/store'
import { Section } from '../details/section'
import { useDetails } from '../details/use-details'
import { BodySection, useRequestBodyFact } from './compare-body'
import { type Fact, holdFacts, requestFacts, resultFacts, timingsOf } from './compare-facts'
import { compareHeaders } from './compare-headers'
import { FactTable, HeaderTable, Heads, TimingTable } from './compare-parts'
import styles from './compare-tab.module.css'
import { requestOwnHeaders } from './replay-draft'

/** @param a the original. @param b its replay. */
export function CompareTab({ a, b }: { a: number; b: number }) {
  const before = useDetails(a)
  const after = useDetails(b)
  const gone = useStore(({ trace }) => {
    const dropped = (id: number) => !trace.loading && !trace.exchanges.has(id) && id < (trace.order.at(-1) ?? 0)
    return dropped(a) ? a : dropped(b) ? b : null
  })
  if (gone !== null) {
    return (
      <EmptyState title={`Exchange ${gone} is no longer in memory`}>
        So {gone === a ? 'the replay has no original' : 'the original has no replay'} to be compared with.
      </EmptyState>
    )
  }
  if (!before || !after) return <EmptyState title={`Loading exchanges ${a} and ${b}…`} />
  return <Comparison a={before} b={after} />
}

function Comparison({ a, b }: { a: ExchangeDetails; b: ExchangeDetails }) {
  return (
    <SplitPane
      direction="across"
      name="compare"
      label="Width of headers and bodies"
      initial={680}
      min={[320, 360]}
      first={
        <div className={styles.scroll}>
          <Heads a={a.row.id} b={b.row.id} />
          <RequestSection a={a} b={b} />
          <FactSection title="Result" facts={resultFacts(a, b)} />
          <FactSection title="Hold" facts={holdFacts(a, b)} none="Neither was held." />
          <TimingSection a={a} b={b} />
        </div>
      }
      second={
        <div className={styles.scroll}>
          {a.response && b.response ? (
            <>
              <HeadersSection a={a} b={b} />
              <BodySection a={a.row.id} b={b.row.id} infoA={a.response.body} infoB={b.response.body} />
            </>
          ) : (
            <NotYet a={a} b={b} />
          )}
        </div>
      }
    />
  )
}

interface PairProps {
  a: ExchangeDetails
  b: ExchangeDetails
}

/** What was changed before it was sent again. */
function RequestSection({ a, b }: PairProps) {
  const body = useRequestBodyFact(a, b)
  const headers = compareHeaders(requestOwnHeaders(a), requestOwnHeaders(b))
    .filter((pair) => pair.change !== 'same')
    .map((pair): Fact => ({ name: pair.name, a: pair.a ?? '–', b: pair.b ?? '–' }))
  const facts = [...requestFacts(a, b), ...headers, ...(body ? [body] : [])].filter((fact) => fact.a !== fact.b)
  return <FactSection title="Request" facts={facts} none={`${a.row.method} ${a.row.path}, sent as it was.`} />
}

interface FactSectionProps {
  title: string
  facts: readonly Fact[]
  /** In place of the table, where there are no facts. */
  none?: string
}

function FactSection({ title, facts, none }: FactSectionProps) {
  const differing = facts.filter((fact) => fact.a !== fact.b).length
  return (
    <Section title={title} actions={facts.length > 0 ? <Verdict differing={differing} /> : null}>
      {facts.length === 0 ? <p className={styles.none}>{none}</p> : <FactTable label={title} facts={facts} />}
    </Section>
  )
}

function TimingSection({ a, b }: PairProps) {
  const now = useTraceNow(a.row.endedAt === null || b.row.endedAt === null)
  return (
    <Section title="Timing">
      <TimingTable timings={timingsOf(a, b, now)} />
    </Section>
  )
}

function HeadersSection({ a, b }: PairProps) {
  const pairs = compareHeaders(a.response?.headers ?? [], b.response?.headers ?? [])
  const differing = pairs.filter(({ change }) => change !== 'same' && change !== 'passing').length
  return (
    <Section title="Response headers" actions={<Verdict differing={differing} />}>
      <HeaderTable a={a.row.id} b={b.row.id} pairs={pairs} />
    </Section>
  )
}

/** Said instead of comparing: every header would be “removed”. */
function NotYet({ a, b }: PairProps) {
  const without = [a, b].filter(({ response }) => response === null)
  const over = without.every(({ row }) => row.endedAt !== null)
  return (
    <Section title="Response">
      <p className={styles.none}>
        Nothing has gone to the client of {without.map(({ row }) => `#${row.id}`).join(' and ')}
        {over ? '.' : ' yet.'}
      </p>
    </Section>
  )
}

function Verdict({ differing }: { differing: number }) {
  if (differing === 0) return <Pill tone="plain">same</Pill>
  return <Pill tone="attention">{differing === 1 ? '1 differs' : `${differing} differ`}</Pill>
}
