import { expect, test } from 'vitest'
import { parseGripExtension } from './grip-extension'

test.each<[string[], string | undefined]>([
  [[], undefined],
  [['permessage-deflate'], undefined],
  [['gripper'], undefined],
  [['grip'], 'm:'],
  [['permessage-deflate; x=1, grip'], 'm:'],
  [['permessage-deflate', 'grip; message-prefix="m:"'], 'm:'],
  [['grip; message-prefix=x:'], 'x:'],
  [['grip; message-prefix="a,b;"'], 'a,b;'],
  [['grip; message-prefix=""'], ''],
  [['grip; other=1'], 'm:'],
  [['grip; message-prefix="x'], undefined],
  [['grip; message-prefix='], undefined],
  [['grip; message-prefix=;'], ''],
  [['grip; message-prefix="a:"; message-prefix="b:"'], 'b:'],
  [['grip; Message-Prefix="a:"'], 'm:'],
  [['GRIP'], undefined],
])('%j', (values, prefix) => {
  const headers = values.flatMap((value) => ['sec-websocket-EXTENSIONS', value])
  expect(parseGripExtension(headers)?.messagePrefix).toBe(prefix)
})
