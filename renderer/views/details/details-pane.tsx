// The details of one exchange, in tabs. A new tab is a new file and one line here.
import { Copy, Pencil, RotateCw, Send } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ExchangeDetails } from '../../../preload/views'
import { Button, IconButton } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { Guard } from '../../components/guard'
import { MarksContext } from '../../components/marks'
import { type Tab, Tabs } from '../../components/tabs'
import { copyCurl, editAndSend, openComposer, openTab, replay } from '../../state/actions'
import { type Store, useStore } from '../../state/store'
import type { DetailTab } from '../../state/ui'
import { useMarks } from '../../state/use-marks'
import { CompareTab } from '../replay/compare-tab'
import { DeliveriesTab } from './deliveries-tab'
import styles from './details-pane.module.css'
import { InstructTab } from './instruct-tab'
import { MessagesTab } from './messages-tab'
import { RequestTab } from './request-tab'
import { ResponseTab } from './response-tab'
import { StoryTab } from './story-tab'
import { TimingTab } from './timing-tab'
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
  chosen: DetailTab
  pair: Store['ui']['compare']
}

function Details({ details, chosen, pair }: DetailsProps) {
  const tabs = tabsOf(details, pair)
  const shown = tabs.some((tab) => tab.name === chosen) ? chosen : 'story'
  return <Tabs label="Details" tabs={tabs} chosen={shown} onChoose={openTab} actions={<Actions details={details} />} />
}

function tabsOf(details: ExchangeDetails, pair: Store['ui']['compare']): readonly Tab<DetailTab>[] {
  const { row } = details
  const compared = comparedWith(details, pair)
  const tab = (name: DetailTab, title: string, render: () => ReactNode, count?: number): Tab<DetailTab> => ({
    name,
    title,
    render: () => (
      <Guard name={`${title} of #${row.id}`} of={row.id}>
        {render()}
      </Guard>
    ),
    ...(count === undefined ? {} : { count }),
  })
  return [
    tab('story', 'Story', () => <StoryTab key={row.id} details={details} />),
    tab('request', 'Request', () => <RequestTab details={details} />),
    tab(
      'instruct',
      'Instruct',
      () => <InstructTab details={details} />,
      details.instruct?.problems.length || undefined,
    ),
    tab('response', 'Response', () => <ResponseTab key={row.id} details={details} />),
    tab('deliveries', 'Deliveries', () => <DeliveriesTab details={details} />, touchedBy(details)),
    ...(row.kind === 'websocket'
      ? [tab('messages', 'Messages', () => <MessagesTab key={row.id} details={details} />, details.messages)]
      : []),
    tab('timing', 'Timing', () => <TimingTab details={details} />),
    ...(compared ? [tab('compare', 'Compare', () => <CompareTab a={compared.a} b={compared.b} />)] : []),
  ]
}

/** Publishes that have to do with it. */
function touchedBy({ deliveries, nearPublishes }: ExchangeDetails): number {
  return deliveries.length + nearPublishes.length
}

/** The original and its replay: as chosen, or those that this exchange suggests. */
function comparedWith(details: ExchangeDetails, pair: Store['ui']['compare']): { a: number; b: number } | null {
  const { id, replayOf } = details.row
  if (pair && (pair.a === id || pair.b === id)) return pair
  if (replayOf !== null) return { a: replayOf, b: id }
  const last = details.replays[details.replays.length - 1]
  return last === undefined ? null : { a: id, b: last }
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
