// Where a publish is composed.
export function ComposerPanel() {
  return null
}
