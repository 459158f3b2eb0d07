// The channels: who is held, how many messages, the last id; then those that were published to with nobody listening.
import { ArrowDown, Filter } from 'lucide-react'
import type { CSSProperties, ReactNode, Ref } from 'react'
import { Button } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { type GridHandle, ROW_HEIGHT, type RowProps, VirtualGrid } from '../../components/virtual-grid'
import { FilterAdvice } from '../../frame/filter-advice'
import { openChannel, selectChannel, setFilter } from '../../state/actions'
import { useStore } from '../../state/store'
import styles from './channel-list.module.css'
import type { ChannelNames, ChannelSort } from './channel-names'
import { ChannelRowView, UNHEARD_HEIGHT, UnheardRowView } from './channel-row'

export interface ChannelListProps {
  names: ChannelNames
  onSort(sort: ChannelSort): void
  handle: Ref<GridHandle>
}

export function ChannelList({ names, onSort, handle }: ChannelListProps) {
  const { heard, unheard, total, sort } = names
  return (
    <section className={styles.list} aria-label="Channels">
      <div className={styles.header}>
        <SortButton by="name" title="Channel" sort={sort} onSort={onSort} />
        <SortButton by="held" title="held" sort={sort} onSort={onSort} />
        <SortButton by="messages" title="msgs" sort={sort} onSort={onSort} />
      </div>
      {heard.length > 0 || unheard.length === 0 ? (
        <div className={styles.heard} style={room(heard.length, ROW_HEIGHT, 160)}>
          <Names
            label="Channels"
            names={heard}
            handle={handle}
            renderRow={(name, props) => <ChannelRowView name={name} row={props} />}
            empty={total > 0 ? <NothingFound total={total} /> : null}
          />
        </div>
      ) : null}
      {unheard.length > 0 ? (
        <>
          <h2 className={styles.title}>Published with no subscriber</h2>
          <div className={styles.unheard} style={room(unheard.length, UNHEARD_HEIGHT, 0)}>
            <Names
              label="Published with no subscriber"
              names={unheard}
              rowHeight={UNHEARD_HEIGHT}
              renderRow={(name, props) => <UnheardRowView name={name} row={props} />}
              {...(heard.length === 0 ? { handle } : {})}
            />
          </div>
        </>
      ) : null}
    </section>
  )
}

/** As high as its rows where there is room, and at least a few of them where there is not. */
function room(rows: number, height: number, empty: number): CSSProperties {
  const wanted = rows === 0 ? empty : rows * height + 1
  return { flexBasis: wanted, minHeight: Math.min(wanted, FEW) }
}

/** Pixels. */
const FEW = 140

interface NamesProps {
  label: string
  names: readonly string[]
  renderRow(name: string, props: RowProps): ReactNode
  rowHeight?: number
  empty?: ReactNode
  handle?: Ref<GridHandle>
}

function Names({ label, names, renderRow, rowHeight, empty, handle }: NamesProps) {
  const selected = useStore((store) => store.ui.selectedChannel)
  const select = (index: number) => {
    const name = names[index]
    if (name !== undefined && name !== selected) selectChannel(name)
  }
  return (
    <VirtualGrid
      label={label}
      count={names.length}
      rowKey={(index) => names[index] ?? index}
      selected={selected === null ? -1 : names.indexOf(selected)}
      onSelect={select}
      onOpen={(index) => {
        const name = names[index]
        if (name !== undefined) openChannel(name)
      }}
      renderRow={(index, props) => {
        const name = names[index]
        return name === undefined ? null : renderRow(name, props)
      }}
      empty={empty}
      {...(rowHeight ? { rowHeight } : {})}
      {...(handle ? { handle } : {})}
    />
  )
}

interface SortButtonProps {
  by: ChannelSort
  title: string
  sort: ChannelSort
  onSort(sort: ChannelSort): void
}

function SortButton({ by, title, sort, onSort }: SortButtonProps) {
  const on = sort === by
  return (
    <button
      type="button"
      className={styles.sort}
      aria-label={`Sort by ${by}`}
      aria-pressed={on}
      title={`Sort by ${by}`}
      onClick={() => onSort(by)}
    >
      {title}
      {on && by !== 'name' ? <ArrowDown size={11} aria-hidden /> : null}
    </button>
  )
}

function NothingFound({ total }: { total: number }) {
  return (
    <EmptyState
      icon={<Filter />}
      title="No channel matches the filter"
      actions={
        <Button small onClick={() => setFilter('')}>
          Show all {total}
        </Button>
      }
    >
      <FilterAdvice />
    </EmptyState>
  )
}
