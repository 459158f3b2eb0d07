// Tells by the code of an error if there are no file descriptors left.

/** Codes of the system: this process, or the whole system, has none left. */
export function isOutOfDescriptors(code: string): boolean {
  return code === 'EMFILE' || code === 'ENFILE'
}
