// The body of a request that is sent again: as it was, written anew, or none.
import { useId } from 'react'
import { Button } from '../../components/button'
import { CodeEditor } from '../../components/code-editor'
import { Select } from '../../components/field'
import { isJson, prettyJson } from '../../components/pretty-json'
import { ProblemNote } from '../../components/problem-note'
import { formatBytes } from '../../format/bytes'
import styles from './replay-dialog.module.css'
import { type BodyChoice, bodyChoices, bodySize, type Recorded, type ReplayDraft } from './replay-draft'
import type { DraftProblem } from './replay-problems'

export interface BodyEditorProps {
  draft: ReplayDraft
  recorded: Recorded
  problem: DraftProblem | undefined
  onChange(change: Partial<ReplayDraft>): void
}

export function BodyEditor({ draft, recorded, problem, onChange }: BodyEditorProps) {
  const titleId = useId()
  const noteId = useId()
  const pretty = draft.body === 'written' && isJson(draft.text) ? prettyJson(draft.text) : draft.text
  return (
    <fieldset className={styles.part} aria-labelledby={titleId}>
      <div className={styles.bar}>
        <span id={titleId} className={styles.title}>
          Body
        </span>
        <span className={styles.note}>{draft.body === 'undecided' ? '' : formatBytes(bodySize(draft, recorded))}</span>
        {draft.body === 'written' ? (
          <Button small disabled={pretty === draft.text} onClick={() => onChange({ text: pretty })}>
            Format JSON
          </Button>
        ) : null}
        <Select
          aria-label="Which body"
          data-field="body"
          aria-invalid={problem?.blocking === true}
          aria-describedby={problem ? noteId : undefined}
          className={styles.choice}
          value={draft.body}
          onChange={(event) => onChange({ body: event.target.value as BodyChoice })}
        >
          {bodyChoices(recorded).map((choice) => (
            <option key={choice} value={choice} disabled={choice === 'undecided'}>
              {choiceWords(choice, recorded)}
            </option>
          ))}
        </Select>
      </div>
      {draft.body === 'written' ? (
        <div className={styles.editor}>
          <CodeEditor
            label="Body"
            language={isJson(recorded.text ?? draft.text) ? 'json' : 'text'}
            value={draft.text}
            onChange={(text) => onChange({ text })}
            wrap
          />
        </div>
      ) : null}
      <div id={noteId} aria-live="polite">
        {problem ? <ProblemNote {...problem} tone="attention" /> : null}
      </div>
    </fieldset>
  )
}

function choiceWords(choice: BodyChoice, { body }: Recorded): string {
  switch (choice) {
    case 'undecided':
      return 'Choose what to send…'
    case 'recorded':
      return `As it was: ${formatBytes(body.size)}`
    case 'kept':
      return `The part that was kept: ${formatBytes(body.kept)}`
    case 'written':
      return 'Text, written here'
    case 'none':
      return 'No body'
  }
}
