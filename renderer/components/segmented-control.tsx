// A few ways to see the same thing, of which one is chosen: a row of segments, by pointer or with the arrow keys.
import { RadioGroup as Radix } from 'radix-ui'
import styles from './segments.module.css'

export interface SegmentedControlProps<N extends string> {
  label: string
  /** Names and what they are called. */
  segments: readonly (readonly [name: N, title: string])[]
  chosen: N
  onChoose(name: N): void
}

export function SegmentedControl<N extends string>({ label, segments, chosen, onChoose }: SegmentedControlProps<N>) {
  const choose = (value: string) => {
    const segment = segments.find(([name]) => name === value)
    if (segment) onChoose(segment[0])
  }
  return (
    <Radix.Root
      className={styles.segments}
      aria-label={label}
      orientation="horizontal"
      value={chosen}
      onValueChange={choose}
    >
      {segments.map(([name, title]) => (
        <Radix.Item key={name} value={name} className={styles.segment}>
          {title}
        </Radix.Item>
      ))}
    </Radix.Root>
  )
}
