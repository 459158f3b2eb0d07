// @ts-check
// Draws assets/icon.svg in all the sizes and containers that electron-builder needs. Run it when the drawing changes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { chromiumOptions } from './chromium.mjs'
import { inRoot } from './paths.mjs'
import { runMain } from './say.mjs'

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
/** Types of an icns entry by size: those that hold PNGs. */
const icnsTypes = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 }
const icoSizes = [16, 24, 32, 48, 64, 128, 256]

runMain(async () => {
  const pictures = await draw(readFileSync(inRoot('assets/icon.svg')))
  mkdirSync(inRoot('assets/icons'), { recursive: true })
  for (const [size, png] of pictures) writeFileSync(inRoot(`assets/icons/${size}x${size}.png`), png)
  writeFileSync(inRoot('assets/icon.ico'), makeIco(pictures))
  writeFileSync(inRoot('assets/icon.icns'), makeIcns(pictures))
})

/**
 * @param {Buffer} svg
 * @returns {Promise<Map<number, Buffer>>} PNGs by size
 */
async function draw(svg) {
  const browser = await chromium.launch(chromiumOptions())
  try {
    const page = await browser.newPage()
    /** @type {Map<number, Buffer>} */
    const pictures = new Map()
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size })
      const source = `data:image/svg+xml;base64,${svg.toString('base64')}`
      await page.setContent(`<body style="margin:0"><img src="${source}" width="${size}" style="display:block"></body>`)
      pictures.set(size, await page.screenshot({ omitBackground: true }))
    }
    return pictures
  } finally {
    await browser.close()
  }
}

/**
 * An ICO file: a header of 6 bytes, an entry of 16 bytes for each picture, the pictures.
 * @param {Map<number, Buffer>} pictures
 */
function makeIco(pictures) {
  const pngs = icoSizes.map((size) => ({ size, png: pictures.get(size) ?? Buffer.alloc(0) }))
  const head = Buffer.alloc(6 + 16 * pngs.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pngs.length, 4)
  let offset = head.length
  for (const [index, { size, png }] of pngs.entries()) {
    const at = 6 + 16 * index
    head.writeUInt8(size % 256, at) // 256 is written as 0
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...pngs.map(({ png }) => png)])
}

/**
 * An ICNS file: a header of 8 bytes, then entries, each with its type and its length.
 * @param {Map<number, Buffer>} pictures
 */
function makeIcns(pictures) {
  const entries = Object.entries(icnsTypes).map(([type, size]) => block(type, pictures.get(size) ?? Buffer.alloc(0)))
  return block('icns', Buffer.concat(entries))
}

/**
 * @param {string} type
 * @param {Buffer} content
 */
function block(type, content) {
  const head = Buffer.alloc(8)
  head.write(type, 'ascii')
  head.writeUInt32BE(content.length + 8, 4)
  return Buffer.concat([head, content])
}
