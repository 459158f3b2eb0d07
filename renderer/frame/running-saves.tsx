// Files that are being saved: how far each is, and a way to stop it.
import { Button } from '../components/button'
import { formatBytes, formatCount } from '../format/bytes'
import { attempt } from '../state/actions'
import { cancelSave } from '../state/save-file'
import { useStore } from '../state/store'
import type { RunningSave } from '../state/ui'
import styles from './running-saves.module.css'

export function RunningSaves() {
  const saves = useStore((store) => store.ui.saves)
  return saves.length === 0 ? null : (
    <section className={styles.saves} aria-label="Files being saved">
      {saves.map((save) => (
        <RunningSaveRow key={save.id} save={save} />
      ))}
    </section>
  )
}

function RunningSaveRow({ save }: { save: RunningSave }) {
  const { id, name, done, total, bytes } = save
  const known = total > 0
  return (
    <div className={styles.save}>
      <div className={styles.text}>
        Saving {name}
        <progress
          className={styles.progress}
          aria-label={`Saving ${name}`}
          max={1}
          {...(known && { value: done / total })}
        />
        <div className={styles.detail}>
          {known ? `${formatCount(done)} of ${formatCount(total)} exchanges · ${formatBytes(bytes)}` : 'Waiting…'}
        </div>
      </div>
      <Button small onClick={() => attempt('Cancel', () => cancelSave(id))}>
        Cancel
      </Button>
    </div>
  )
}
