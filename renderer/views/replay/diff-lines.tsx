// Two texts side by side, line by line; what is equal and far from any difference is folded away.
import { Fragment, useMemo, useState } from 'react'
import { Button } from '../../components/button'
import { formatCount } from '../../format/bytes'
import { type DiffLine, type DiffRow, type Fold, foldRows } from './compare-bodies'
import styles from './compare-tab.module.css'

/** Rows that are drawn at first, and how many more when asked; characters of a line. */
const PAGE = 100
const MORE = 200
const LINE_MAX = 2_000

export function DiffLines({ rows, a, b }: { rows: readonly DiffRow[]; a: number; b: number }) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const [limit, setLimit] = useState(PAGE)
  const parts = useMemo(() => foldRows(rows), [rows])
  const shown = parts.flatMap((part): (DiffRow | Fold)[] => {
    return 'folded' in part && opened.has(firstLine(part)) ? [...part.folded] : [part]
  })
  return (
    <>
      <table className={styles.diff}>
        <caption className="visually-hidden">
          Lines of the body of exchange {a} beside those of exchange {b}
        </caption>
        <colgroup>
          <col className={styles.numberColumn} />
          <col />
          <col className={styles.numberColumn} />
          <col />
        </colgroup>
        <tbody>
          {shown.slice(0, limit).map((part) =>
            'folded' in part ? (
              <FoldRow
                key={`fold ${firstLine(part)}`}
                fold={part}
                onOpen={() => setOpened(new Set([...opened, firstLine(part)]))}
              />
            ) : (
              <tr key={`${part.a?.number} ${part.b?.number}`} data-change={part.change}>
                <Side line={part.a} change={part.change} sign="−" word="removed" />
                <Side line={part.b} change={part.change} sign="+" word="added" />
              </tr>
            ),
          )}
        </tbody>
      </table>
      {shown.length > limit ? (
        <Button small className={styles.more} onClick={() => setLimit(limit + MORE)}>
          Show more of {formatCount(shown.length)} lines
        </Button>
      ) : null}
    </>
  )
}

const firstLine = ({ folded }: Fold) => folded[0]?.a?.number ?? 0

function FoldRow({ fold, onOpen }: { fold: Fold; onOpen(): void }) {
  return (
    <tr className={styles.fold}>
      <td colSpan={4}>
        <button type="button" onClick={onOpen}>
          ⋯ {formatCount(fold.folded.length)} equal lines
        </button>
      </td>
    </tr>
  )
}

interface SideProps {
  line: DiffLine | null
  change: DiffRow['change']
  sign: string
  word: string
}

function Side({ line, change, sign, word }: SideProps) {
  const differs = change !== 'same' && line !== null
  return (
    <Fragment>
      <td className={styles.number}>{line?.number}</td>
      <td className={styles.text} data-differs={differs} data-none={line === null}>
        <span className={styles.sign} aria-hidden>
          {differs ? sign : ''}
        </span>
        {differs ? <span className="visually-hidden">{word}: </span> : null}
        {line ? shownText(line.text) : null}
      </td>
    </Fragment>
  )
}

/** A carriage return is seen; a very long line is cut. */
function shownText(text: string): string {
  const cut = text.length > LINE_MAX ? `${text.slice(0, LINE_MAX)} … ${formatCount(text.length)} characters` : text
  return cut.replaceAll('\r', '␍')
}
