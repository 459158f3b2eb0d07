// What is recorded of an item (its formats as JSON) must read back as the item that went out: the trace shows it from that.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePublishFrame, parsePublishItem } from './publish-item'
import { decodeFormats } from './published-formats'
import { encodeTnet } from './tnetstring'

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 6 }).map((data) => Buffer.from(data)),
  fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => Buffer.from(text)),
)
const some = { requiredKeys: [] }
const RUNS = { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 100) }
const formats = fc.record(
  {
    'http-response': fc.record(
      {
        code: fc.constantFrom(200, 404),
        body: bytes,
        'body-bin': bytes,
        headers: fc.constant({ A: Buffer.from('é') }),
      },
      some,
    ),
    'http-stream': fc.record({ content: bytes, 'content-bin': bytes }, some),
    'ws-message': fc.record(
      { content: bytes, 'content-bin': bytes, type: fc.constantFrom('text', 'binary', 'ping').map(Buffer.from) },
      // Without a type, content that is no text would be taken for binary when it is read back.
      { requiredKeys: ['type'] },
    ),
  },
  some,
)

test('an item that came as a TNetString', () => {
  fc.assert(
    fc.property(formats, fc.boolean(), (published, apart) => {
      const item = apart ? { channel: 'c', ...published } : { channel: 'c', formats: published }
      const first = parsePublishFrame(encodeTnet(item))
      if (!first.ok) return
      const json = decodeFormats(first.item.published)
      const again = parsePublishItem({ channel: 'c', formats: json }, 'item')
      expect(again.ok && again.item.formats).toEqual(first.item.formats)
    }),
    RUNS,
  )
})

test('an item that came as JSON', () => {
  const text = bytes.map((data) => data.toString())
  const json = fc.record(
    {
      'http-response': fc.record({ body: text, 'body-bin': fc.base64String() }, some),
      'http-stream': fc.record({ content: text, 'content-bin': fc.base64String() }, some),
      'ws-message': fc.record({ content: text, 'content-bin': fc.base64String() }, some),
    },
    some,
  )
  fc.assert(
    fc.property(json, (records) => {
      // Made records have no prototype, as what comes out of a TNetString.
      const published: Record<string, unknown> = JSON.parse(JSON.stringify(records))
      const first = parsePublishItem({ channel: 'c', formats: published }, 'item')
      if (!first.ok) return
      const again = parsePublishItem({ channel: 'c', formats: decodeFormats(first.item.published) }, 'item')
      expect(again.ok && again.item.formats).toEqual(first.item.formats)
    }),
    RUNS,
  )
})
