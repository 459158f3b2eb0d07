// Every action by name, every exchange by number, every channel by name: ⌘K or Ctrl+K.
import { Command } from 'cmdk'
import { useState } from 'react'
import { Dialog } from '../../components/dialog'
import { shownKeys } from '../../components/shown-keys'
import { closePalette, openChannel, openExchange } from '../../state/actions'
import { type Command as Action, commands, keysOf } from '../../state/commands'
import { useStore } from '../../state/store'
import styles from './palette.module.css'

const groups = ['Go to', 'Exchange', 'Publish', 'Filter', 'Session'] as const
/** Channels and exchanges that are offered. */
const OFFERED = 20

export function Palette() {
  const [text, setText] = useState('')
  const store = useStore()
  const run = (action: () => unknown) => {
    closePalette()
    action()
  }
  const available = commands.filter((command) => command.id !== 'palette.open' && (command.enabled?.(store) ?? true))
  return (
    <Dialog title="All actions" onClose={closePalette}>
      <Command className={styles.palette} label="All actions" loop>
        <Command.Input
          autoFocus
          className={styles.input}
          placeholder="An action, #number of an exchange, or a channel"
          value={text}
          onValueChange={setText}
        />
        <Command.List className={styles.list}>
          <Command.Empty className={styles.empty}>No match.</Command.Empty>
          <Places text={text} run={run} />
          {groups
            .filter((group) => available.some((command) => command.group === group))
            .map((group) => (
              <Command.Group key={group} heading={group} className={styles.group}>
                {available
                  .filter((command) => command.group === group)
                  .map((command) => (
                    <ActionItem key={command.id} command={command} onRun={() => run(command.run)} />
                  ))}
              </Command.Group>
            ))}
        </Command.List>
      </Command>
    </Dialog>
  )
}

function ActionItem({ command, onRun }: { command: Action; onRun: () => void }) {
  const keys = useStore((store) => keysOf(command, store))
  return (
    <Command.Item className={styles.item} value={`${command.group} ${command.title}`} onSelect={onRun}>
      <span>{command.title}</span>
      {keys ? <kbd className={styles.keys}>{shownKeys(keys)}</kbd> : null}
    </Command.Item>
  )
}

/** Exchanges and channels that the text names. */
function Places({ text, run }: { text: string; run: (action: () => unknown) => void }) {
  const { exchanges, channels } = useStore.getState().trace
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return null
  const exchange = exchanges.get(Number(wanted.replace(/^#/, '')))
  const named = [...channels.keys()].filter((name) => name.toLowerCase().includes(wanted)).slice(0, OFFERED)
  return (
    <>
      {exchange ? (
        <Command.Item
          className={styles.item}
          value={`#${exchange.id} ${wanted}`}
          onSelect={() => run(() => openExchange(exchange.id))}
        >
          <span>
            #{exchange.id} {exchange.method} {exchange.path}
          </span>
          <span className={styles.keys}>exchange</span>
        </Command.Item>
      ) : null}
      {named.map((name) => (
        <Command.Item
          key={name}
          className={styles.item}
          value={`channel ${name}`}
          onSelect={() => run(() => openChannel(name))}
        >
          <span className={styles.mono}>{name}</span>
          <span className={styles.keys}>channel</span>
        </Command.Item>
      ))}
    </>
  )
}
