// For tests: code editors live in shadow roots, where queries by role do not look.
import { EditorView } from '@codemirror/view'
import { act } from '@testing-library/react'

function editorOf(label: string): EditorView {
  for (const host of document.querySelectorAll('[data-editor]')) {
    const content = host.shadowRoot?.querySelector<HTMLElement>(`[aria-label="${label}"]`)
    const view = content ? EditorView.findFromDOM(content) : null
    if (view) return view
  }
  throw new Error(`No editor is labelled "${label}".`)
}

export function editorText(label: string): string {
  return editorOf(label).state.doc.toString()
}

/** Puts a text in place of all that is in an editor, as typing would. */
export function writeInto(label: string, text: string): void {
  const view = editorOf(label)
  act(() => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }))
}
