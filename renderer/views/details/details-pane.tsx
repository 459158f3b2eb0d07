// The details of one exchange, in tabs. details-tabs.ts lists them.
import { Copy, Pencil, RotateCw, Send } from 'lucide-react'
import type { ExchangeDetails } from '../../../preload/views'
import { Button, IconButton } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { Guard } from '../../components/guard'
import { MarksContext } from '../../components/marks'
import { type Tab, Tabs } from '../../components/tabs'
import { copyCurl, editAndSend, openComposer, openTab, replay } from '../../state/actions'
import { useStore } from '../../state/store'
import type { ComparedPair } from '../../state/ui'
import { useMarks } from '../../state/use-marks'
import styles from './details-pane.module.css'
import type { DetailsTab } from './details-tab'
import { detailsTabs } from './details-tabs'
import { Troubles } from './troubles'
import { useDetails } from './use-details'

export function ExchangeDetailsPane({ id }: { id: number }) {
  const details = useDetails(id)
  const chosen = useStore((store) => store.ui.detailTab)
  const pair = useStore((store) => store.ui.compare)
  const marks = useMarks()
  return (
    <section className={styles.pane} aria-label={`Details of exchange ${id}`}>
      {details ? (
        <MarksContext.Provider value={marks}>
          <Troubles troubles={details.troubles} exchange={id} />
          <Details details={details} chosen={chosen} pair={pair} />
        </MarksContext.Provider>
      ) : (
        <EmptyState title={`Loading exchange ${id}…`} />
      )}
    </section>
  )
}

interface DetailsProps {
  details: ExchangeDetails
  chosen: string
  pair: ComparedPair
}

function Details({ details, chosen, pair }: DetailsProps) {
  const tabs = detailsTabs
    .filter((tab) => tab.shown?.(details, pair) ?? true)
    .map((tab) => shownTab(tab, details, pair))
  const shown = tabs.some(({ name }) => name === chosen) ? chosen : (tabs[0]?.name ?? '')
  return <Tabs label="Details" tabs={tabs} chosen={shown} onChoose={openTab} actions={<Actions details={details} />} />
}

function shownTab(
  { name, title, count, render }: DetailsTab,
  details: ExchangeDetails,
  pair: ComparedPair,
): Tab<string> {
  const { id } = details.row
  const number = count?.(details)
  return {
    name,
    title,
    render: () => (
      <Guard name={`${title} of #${id}`} of={id}>
        {render(details, pair)}
      </Guard>
    ),
    ...(number === undefined ? {} : { count: number }),
  }
}

function Actions({ details }: { details: ExchangeDetails }) {
  const { id, channels } = details.row
  const channel = channels[0]
  return (
    <>
      {channel === undefined ? null : (
        <IconButton
          small
          look="plain"
          label={`Publish to ${channel}`}
          icon={<Send />}
          onClick={() => openComposer({ channel })}
        />
      )}
      <Button small icon={<RotateCw />} onClick={() => replay(id)}>
        Replay
      </Button>
      <Button small icon={<Pencil />} onClick={() => editAndSend(id)}>
        Edit &amp; send
      </Button>
      <Button small icon={<Copy />} onClick={() => copyCurl(id)}>
        Copy as cURL
      </Button>
    </>
  )
}
