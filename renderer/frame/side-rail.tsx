// The places of the app.
import { ChartNoAxesGantt, List, type LucideIcon, Send, Settings } from 'lucide-react'
import { Tooltip } from '../components/tooltip'
import { openView } from '../state/actions'
import { keysOfCommand } from '../state/commands'
import { useStore } from '../state/store'
import type { ViewName } from '../state/ui'
import styles from './side-rail.module.css'

interface Place {
  readonly view: ViewName
  readonly title: string
  readonly icon: LucideIcon
}

const places: readonly Place[] = [
  { view: 'exchanges', title: 'Exchanges', icon: List },
  { view: 'channels', title: 'Channels', icon: ChartNoAxesGantt },
  { view: 'publish', title: 'Publishes', icon: Send },
]
const settings: Place = { view: 'settings', title: 'Settings', icon: Settings }

export function SideRail() {
  return (
    <nav className={styles.rail} aria-label="Places">
      {places.map((place) => (
        <PlaceButton key={place.view} place={place} />
      ))}
      <div className={styles.space} />
      <PlaceButton place={settings} />
    </nav>
  )
}

function PlaceButton({ place }: { place: Place }) {
  const here = useStore((store) => store.ui.view === place.view)
  const keys = useStore((store) => keysOfCommand(`view.${place.view}`, store))
  const Icon = place.icon
  return (
    <Tooltip text={place.title} {...(keys && { keys })} side="right">
      <button
        type="button"
        className={styles.place}
        aria-label={place.title}
        aria-current={here ? 'page' : undefined}
        onClick={() => openView(place.view)}
      >
        <Icon size={18} strokeWidth={1.75} aria-hidden />
      </button>
    </Tooltip>
  )
}
