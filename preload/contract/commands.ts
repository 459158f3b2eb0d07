// Commands of the native menu and its shortcuts.

/** Commands of the native menu and its shortcuts. */
export const commandNames = [
  'view.exchanges',
  'view.channels',
  'view.publish',
  'view.settings',
  'palette.open',
  'filter.focus',
  'exchange.replay',
  'exchange.copyCurl',
  'publish.open',
  'recording.toggle',
  'trace.clear',
  'export.har',
] as const
export type CommandName = (typeof commandNames)[number]
