/** At most the first `size` bytes. What is short enough is not wrapped anew: this is asked for each part of each body. */
export function upTo(data: Buffer, size: number): Buffer {
  return data.length > size ? data.subarray(0, size) : data
}
