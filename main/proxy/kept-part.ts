/** Bytes up to which a part is copied. */
const COPIED_MAX = 4096

/**
 * The first `size` bytes of a part of a body, as the trace keeps it. A small part is copied into memory that many share:
 * else the whole of what was read from the socket would be kept with it.
 */
export function keptPart(data: Buffer, size: number): Buffer {
  const part = data.length > size ? data.subarray(0, size) : data
  return part.length <= COPIED_MAX ? Buffer.from(part) : part
}
