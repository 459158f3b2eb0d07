import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canDecompress, codingsOf, decompressed, decompressingStreams, decompressWhole } from './content-coding'
import { ZstdReader } from './zstd'

/** Made by the zstd of its authors: 'text' with a checksum and without, 'abcdefgh' 50,000 times, 300,000 zeros. */
const ZSTD = {
  checked: Buffer.from('KLUv/QRYIQAAdGV4dFKvzIg=', 'base64'),
  plain: Buffer.from('KLUv/QBYIQAAdGV4dA==', 'base64'),
  letters: Buffer.from(
    'KLUv/aSAGgYAhAAAQGFiY2RlZmdoAQD1//PLBUQAAAABAP3/ywsQRAAAAAEA/f85AAI9AAAAAQB92gMgTPQgkQ==',
    'base64',
  ),
  zeros: Buffer.from('KLUv/aTgkwQAVAAAEAAAAQD7/znAAgIAEAADnwQALSjeJg==', 'base64'),
}
const LETTERS = Buffer.from('abcdefgh'.repeat(50_000))
/** A frame that holds no data, which may stand between others. */
const SKIPPED = Buffer.from('502a4d18030000000a0b0c', 'hex')

/** Decompresses in parts of `size` bytes. */
function inParts(names: readonly string[], body: Buffer, size: number, lenient = false): Promise<Buffer> {
  const streams = decompressingStreams(names, lenient)
  const [input] = streams
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    const output = streams.reduce((from, to) => from.on('error', reject).pipe(to))
    output.on('error', reject).on('data', (part: Buffer) => parts.push(part))
    output.on('end', () => resolve(Buffer.concat(parts)))
    for (let at = 0; at < body.length; at += size) input?.write(body.subarray(at, at + size))
    input?.end()
  })
}

describe('the codings of a body', () => {
  it.each<[string[], string[]]>([
    [[], []],
    [['Content-Encoding', 'gzip'], ['gzip']],
    [
      ['content-encoding', ' GZip ,\tBR,'],
      ['gzip', 'br'],
    ],
    [
      ['Content-Encoding', 'deflate', 'A', 'b', 'Content-Encoding', 'identity, zstd'],
      ['deflate', 'zstd'],
    ],
    [['Content-Encoding', ''], []],
    [['Content-Encoding', 'identity'], []],
  ])('of %j are %j', (headers, names) => expect(codingsOf(headers)).toEqual(names))

  it('can be decompressed where all are known, and are not too many', () => {
    expect([['gzip', 'x-gzip', 'deflate', 'br', 'zstd'], []].map(canDecompress)).toEqual([true, true])
    const bad = [['compress'], ['gzip', 'lz4'], ['constructor'], ['toString', 'gzip'], Array(6).fill('gzip')]
    expect(bad.map(canDecompress)).toEqual(bad.map(() => false))
  })
})

describe('a body', () => {
  const kinds: [string[], Buffer][] = [
    [['gzip'], gzipSync('text')],
    [['x-gzip'], gzipSync('text')],
    [['deflate'], deflateSync('text')],
    [['deflate'], deflateRawSync('text')],
    [['br'], brotliCompressSync('text')],
    [['zstd'], ZSTD.checked],
    [['zstd'], ZSTD.plain],
    [['gzip', 'br'], brotliCompressSync(gzipSync('text'))],
    [['deflate', 'br', 'gzip'], gzipSync(brotliCompressSync(deflateRawSync('text')))],
    [['zstd', 'gzip'], gzipSync(ZSTD.checked)],
  ]
  it.each(kinds)('compressed with %j is decompressed, whole and in parts', async (names, compressed) => {
    expect(decompressWhole(names, compressed, 100).toString()).toBe('text')
    for (const size of [1, 2, 7, 1000]) expect((await inParts(names, compressed, size)).toString()).toBe('text')
  })

  it.each(kinds)('compressed with %j that ends too soon is an error, or what there is', async (names, compressed) => {
    const cut = compressed.subarray(0, compressed.length - 1)
    expect(() => decompressWhole(names, cut, 100)).toThrow()
    await expect(inParts(names, cut, 3)).rejects.toThrow()
    expect('text'.startsWith((await inParts(names, compressed.subarray(0, 2), 3, true)).toString())).toBe(true)
  })

  it.each(['gzip', 'deflate', 'br', 'zstd'])('that is not %s at all is an error', async (name) => {
    const body = Buffer.from('plain text')
    expect(() => decompressWhole([name], body, 100)).toThrow()
    await expect(inParts([name], body, 3)).rejects.toThrow()
    expect(decompressed(['Content-Encoding', name], body, 100)).toBe(body)
  })

  it('that becomes too large is an error', () => {
    const zeros = Buffer.alloc(300_000)
    for (const [name, compressed] of Object.entries({
      gzip: gzipSync(zeros),
      br: brotliCompressSync(zeros),
      zstd: ZSTD.zeros,
    })) {
      expect(decompressWhole([name], compressed, 300_000).equals(zeros)).toBe(true)
      expect(() => decompressWhole([name], compressed, 299_999)).toThrow()
      // At the first step.
      expect(() => decompressWhole(['gzip', name], compressed, 1000)).toThrow()
    }
  })
})

describe('zstd', () => {
  it('is read over blocks and frames', async () => {
    expect(decompressWhole(['zstd'], ZSTD.letters, 1e6).equals(LETTERS)).toBe(true)
    expect((await inParts(['zstd'], ZSTD.letters, 1)).equals(LETTERS)).toBe(true)
    const frames = Buffer.concat([ZSTD.checked, SKIPPED, ZSTD.plain, ZSTD.checked])
    expect(decompressWhole(['zstd'], frames, 100).toString()).toBe('texttexttext')
    for (const size of [1, 5, 19]) expect((await inParts(['zstd'], frames, size)).toString()).toBe('texttexttext')
  })

  it('with a window of more than 8 MiB is refused before memory is taken', () => {
    // A window of 2 GiB, and a content of 2 GiB in one segment.
    for (const head of ['28b52ffd00a8', '28b52ffda000000080']) {
      const frame = Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(20)])
      expect(() => decompressWhole(['zstd'], frame, 100)).toThrow('window')
    }
  })

  it('makes one block at a time of what is small and means much', () => {
    // Blocks of 128 KiB, of 4 bytes each.
    const block = Buffer.from([2 | ((131_072 << 3) & 0xff), (131_072 >> 5) & 0xff, 131_072 >> 13, 65])
    const bomb = Buffer.concat([Buffer.from('28b52ffd0038', 'hex'), ...Array<Buffer>(1000).fill(block)])
    let blocks = 0
    for (const part of new ZstdReader().read(bomb)) {
      expect(part.length).toBeLessThanOrEqual(131_072)
      if (++blocks === 3) break
    }
    expect(blocks).toBe(3)
    expect(() => decompressWhole(['zstd'], bomb, 1_000_000)).toThrow('more than 1000000')
  })

  it('that is broken anywhere ends', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(ZSTD.letters, ZSTD.zeros, ZSTD.checked),
        fc.nat(100),
        fc.nat(255),
        (compressed, at, byte) => {
          const broken = Buffer.from(compressed)
          broken[at % broken.length] = byte
          const result = decompressed(['Content-Encoding', 'zstd'], broken, 1e6)
          expect(result.length).toBeLessThanOrEqual(1e6)
        },
      ),
    )
  })
})

it('zstd that makes much gives others their turn while it is read', async () => {
  const [stream] = decompressingStreams(['zstd'])
  let turns = 0
  let size = 0
  const count = (): void => {
    turns++
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  stream?.end(Buffer.concat(Array.from({ length: 40 }, () => ZSTD.zeros)))
  for await (const part of stream ?? []) size += part.length
  clearImmediate(timer)
  expect(size).toBe(40 * 300_000)
  expect(turns).toBeGreaterThan(40)
})
