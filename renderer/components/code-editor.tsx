// CodeMirror, for reading or writing JSON and text. It lives in a shadow root: there it takes its styles as adopted
// sheets, which a strict CSP allows; in the document it would need inline style elements.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import {
  Decoration,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
  MatchDecorator,
  placeholder as placeholderOf,
  ViewPlugin,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useContext, useEffect, useMemo, useRef } from 'react'
import styles from './code-editor.module.css'
import { type DrawnText, drawText } from './drawn-text'
import { canWrap, plainWhy } from './long-lines'
import { MarksContext, marksPattern } from './marks'
import { useSecondTurn } from './use-second-turn'
import { useSteps } from './use-steps'

export interface CodeEditorProps {
  label: string
  value: string
  language: 'json' | 'text'
  /** Left out: read only. */
  onChange?: (value: string) => void
  placeholder?: string
  /** Long lines go on below. */
  wrap?: boolean
  /** As high as its text, instead of filling its place. */
  fitted?: boolean
}

/** Characters of a text that are made ready while it is drawn. */
const AT_ONCE = 32 * 1024

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'transparent', fontSize: 'var(--mono-size)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '18px' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent) !important' },
  '.cm-selectionMatch, .cm-searchMatch, .cm-content mark': { backgroundColor: 'var(--attention-bg)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--plain-bg)', border: 'none', color: 'var(--muted)' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--text)' },
})
const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--code-key)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.number, color: 'var(--code-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--code-keyword)' },
  { tag: tags.punctuation, color: 'var(--muted)' },
])

export function CodeEditor({ label, value, language, onChange, placeholder, wrap, fitted }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const changed = useRef(onChange)
  changed.current = onChange
  const writable = onChange !== undefined
  const marks = useContext(MarksContext)
  const input = useMemo(() => ({ value, language, writable }), [value, language, writable])
  const drawn = useSteps(input, writable || value.length <= AT_ONCE, drawText)
  const second = useSecondTurn()
  const ready = second && drawn !== null
  // What the editor begins with, and what is in it; later values go in by the effect below.
  const latest = useRef(drawn)
  latest.current = drawn
  const inside = useRef<DrawnText | null>(null)

  useEffect(() => {
    const element = host.current
    const initial = latest.current
    if (!element || !ready || !initial) return
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: initial.doc,
        extensions: [
          lineNumbers({ formatNumber: (line) => (latest.current ?? initial).numberOf(line) }),
          ...common(label),
          bounded(initial, language, wrap === true),
          ...(placeholder ? [placeholderOf(placeholder)] : []),
          ...(writable ? [] : marking(marks)),
          ...(writable ? writing((text) => changed.current?.(text)) : reading),
        ],
      }),
    })
    view.current = editor
    inside.current = initial
    return () => {
      view.current = null
      editor.destroy()
    }
  }, [ready, label, language, placeholder, wrap, writable, marks])

  useEffect(() => {
    const editor = view.current
    if (!editor || !drawn || inside.current === drawn) return
    inside.current = drawn
    // What was just written there is there.
    if (writable && editor.state.doc.eq(drawn.doc)) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: drawn.doc } })
  }, [drawn, writable])

  const plain = drawn?.plain ?? null
  return (
    <div className={fitted ? styles.fittedFrame : styles.frame}>
      {plain === null ? null : (
        <p className={styles.note} role="status">
          {plain}
        </p>
      )}
      <div ref={host} data-editor className={fitted ? styles.fitted : styles.filling} />
    </div>
  )
}

/** What depends on the text: colours and going on below, as long as neither takes long. */
function bounded(initial: DrawnText, language: 'json' | 'text', wrap: boolean): Extension {
  const compartment = new Compartment()
  const suited = (plain: boolean, wraps: boolean): { name: string; extensions: Extension } => {
    const coloured = language === 'json' && !plain
    const wrapped = wrap && wraps
    return {
      name: `${coloured} ${wrapped}`,
      extensions: [coloured ? json() : [], wrapped ? EditorView.lineWrapping : []],
    }
  }
  let current = suited(initial.plain !== null, initial.wraps)
  return [
    compartment.of(current.extensions),
    // With the change itself: a text that is too deep must never meet the parser.
    EditorState.transactionExtender.of((transaction) => {
      if (!transaction.docChanged) return null
      const now = transaction.newDoc.toString()
      const next = suited(language === 'json' && plainWhy(now) !== null, canWrap(now))
      if (next.name === current.name) return null
      current = next
      return { effects: compartment.reconfigure(next.extensions) }
    }),
  ]
}

const common = (label: string): Extension[] => [
  foldGutter(),
  drawSelection(),
  highlightSelectionMatches(),
  keymap.of([...searchKeymap, ...foldKeymap]),
  EditorView.contentAttributes.of({ 'aria-label': label }),
  theme,
  syntaxHighlighting(highlight),
]

const reading: Extension[] = [
  EditorState.readOnly.of(true),
  // Focusable, so that its text can be selected and searched with the keys.
  EditorView.contentAttributes.of({ 'aria-readonly': 'true' }),
  keymap.of(defaultKeymap),
]

/** Marks what is looked for, in the lines that are in view. */
function marking(marks: readonly string[]): Extension[] {
  const regexp = marksPattern(marks)
  if (!regexp) return []
  const matches = new MatchDecorator({ regexp, decoration: Decoration.mark({ tagName: 'mark' }) })
  return [
    ViewPlugin.define(
      (view) => ({
        marks: matches.createDeco(view),
        update(update) {
          this.marks = matches.updateDeco(update, this.marks)
        },
      }),
      { decorations: (plugin) => plugin.marks },
    ),
  ]
}

/** Whatever the editor is part of is sent by it: it must not become a line break. */
const SENDS = 'Mod-Enter'

function writing(onChange: (text: string) => void): Extension[] {
  return [
    history(),
    bracketMatching(),
    // Tab leaves the editor: who has only keys must get out of it.
    keymap.of([...defaultKeymap.filter(({ key }) => key !== SENDS), ...historyKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString())
    }),
  ]
}
