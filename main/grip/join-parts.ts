// Bytes that came in parts, as one.

/** The parts in a row. A single one is not copied. */
export function joinParts(parts: readonly Uint8Array[]): Buffer {
  const [first] = parts
  if (parts.length !== 1 || !first) return Buffer.concat(parts)
  return Buffer.isBuffer(first) ? first : Buffer.from(first.buffer, first.byteOffset, first.byteLength)
}
