// Rows of the channel list. Each follows its own channel and nothing else.
import { memo } from 'react'
import { Count } from '../../components/chip'
import { LongName } from '../../components/long-name'
import { gridCell, type RowProps } from '../../components/virtual-grid'
import { formatCount } from '../../format/bytes'
import { openChannel } from '../../state/actions'
import { useStore } from '../../state/store'
import styles from './channel-list.module.css'

/** Pixels: a channel nobody listens to has two lines. */
export const UNHEARD_HEIGHT = 46

export function ChannelRowView({ name, row }: { name: string; row: RowProps }) {
  return (
    <div {...row} className={`${row.className} ${styles.row}`}>
      <ChannelCells name={name} />
    </div>
  )
}

const ChannelCells = memo(function ChannelCells({ name }: { name: string }) {
  const channel = useStore((store) => store.trace.channels.get(name))
  const held = channel?.held ?? 0
  const lastId = channel?.lastId ?? null
  return (
    <>
      <div {...gridCell} className={styles.name} title={lastId === null ? name : `${name}, last id ${lastId}`}>
        <span className={styles.nameText}>
          <LongName name={name} />
        </span>
        {lastId === null ? null : <span className={styles.lastId}>last id {lastId}</span>}
      </div>
      <div {...gridCell} className={styles.number}>
        <Count tone={held > 0 ? 'held' : 'plain'}>{formatCount(held)}</Count>
      </div>
      <div {...gridCell} className={styles.number}>
        {formatCount(channel?.messages ?? 0)}
      </div>
    </>
  )
})

export function UnheardRowView({ name, row }: { name: string; row: RowProps }) {
  return (
    <div {...row} className={`${row.className} ${styles.row} ${styles.twoLines}`}>
      <UnheardCells name={name} />
    </div>
  )
}

const UnheardCells = memo(function UnheardCells({ name }: { name: string }) {
  const count = useStore((store) => store.trace.channels.get(name)?.unheard ?? 0)
  const near = useStore((store) => store.trace.channels.get(name)?.near ?? null)
  return (
    <>
      <div {...gridCell} className={styles.name} title={name}>
        <span className={styles.nameText}>
          <LongName name={name} />
        </span>
        <span className={styles.times} title={`${count} published, nobody listened`}>
          ×{formatCount(count)}
        </span>
      </div>
      <div {...gridCell} className={styles.hint}>
        {near === null ? (
          'no similar name has a subscriber'
        ) : (
          <button type="button" className={styles.near} title={`Show ${near}`} onClick={() => openChannel(near)}>
            did you mean {near}?
          </button>
        )}
      </div>
    </>
  )
})
