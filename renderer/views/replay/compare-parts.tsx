// The tables of a comparison. A difference has a sign and a word; the colour only repeats them.
import { Fragment, type ReactNode } from 'react'
import { formatDuration } from '../../format/duration'
import { ExchangeLink } from '../../marks/links'
import { differenceOf, type Fact, type Timing } from './compare-facts'
import type { HeaderPair } from './compare-headers'
import styles from './compare-tab.module.css'

const signs: Record<HeaderPair['change'], { readonly sign: string; readonly word: string }> = {
  same: { sign: '', word: '' },
  changed: { sign: '≠', word: 'changed' },
  added: { sign: '+', word: 'added' },
  removed: { sign: '−', word: 'removed' },
  passing: { sign: '≠', word: 'as always' },
}

/** Who is in which column. */
export function Heads({ a, b }: { a: number; b: number }) {
  return (
    <div className={styles.heads}>
      <span />
      <span className={styles.head}>
        <ExchangeLink id={a} /> original
      </span>
      <span className={styles.head}>
        <ExchangeLink id={b} /> replay
      </span>
    </div>
  )
}

export function FactTable({ label, facts }: { label: string; facts: readonly Fact[] }) {
  return (
    <table className={styles.table} aria-label={label}>
      <ColumnNames />
      <tbody>
        {facts.map((fact) => (
          <tr key={fact.name} data-change={fact.a === fact.b ? 'same' : 'changed'}>
            <th scope="row">
              <span className={styles.name}>{fact.name}</span>
              {fact.a === fact.b ? null : <Mark change="changed" />}
            </th>
            <td>{fact.a}</td>
            <td>{fact.b}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Widths for all tables alike. The names are for screen readers: they are seen above. */
function ColumnNames() {
  return (
    <>
      <colgroup>
        <col className={styles.nameColumn} />
        <col span={2} />
      </colgroup>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">What</th>
          <th scope="col">Original</th>
          <th scope="col">Replay</th>
        </tr>
      </thead>
    </>
  )
}

export function TimingTable({ timings }: { timings: readonly Timing[] }) {
  const longest = Math.max(0.001, ...timings.flatMap(({ a, b }) => [a ?? 0, b ?? 0]))
  const cell = (time: number | null, tone: Timing['tone'], more: ReactNode = null) => (
    <td>
      {time === null ? '–' : formatDuration(time)} {more}
      {time === null ? null : (
        <div className={styles.bar} data-tone={tone} style={{ width: `${(time / longest) * 100}%` }} />
      )}
    </td>
  )
  return (
    <table className={styles.table} aria-label="Timing">
      <ColumnNames />
      <tbody>
        {timings.map((timing) => (
          <tr key={timing.name}>
            <th scope="row">{timing.name}</th>
            {cell(timing.a, timing.tone)}
            {cell(timing.b, timing.tone, <span className={styles.difference}>{differenceOf(timing)}</span>)}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function HeaderTable({ a, b, pairs }: { a: number; b: number; pairs: readonly HeaderPair[] }) {
  return (
    <table className={`${styles.table} ${styles.headerTable}`} aria-label="Response headers">
      <colgroup>
        <col className={styles.nameColumn} />
        <col span={2} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">#{a} original</th>
          <th scope="col">#{b} replay</th>
        </tr>
      </thead>
      <tbody>
        {pairs.map((pair, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice; the order is fixed
          <tr key={index} data-change={pair.change}>
            <th scope="row">
              <span className={styles.name}>{pair.name}</span>
              <Mark change={pair.change} />
            </th>
            <td>{pair.a ?? '–'}</td>
            <td>{pair.b ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Mark({ change }: { change: HeaderPair['change'] }) {
  const { sign, word } = signs[change]
  if (sign === '') return null
  return (
    <Fragment>
      {' '}
      <span className={styles.mark} data-change={change}>
        <span aria-hidden>{sign}</span> {word}
      </span>
    </Fragment>
  )
}
