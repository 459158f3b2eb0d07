// Writes the same bytes to many sockets, together with a second thread: a write is a system call, and thousands in a row
// are what a publish to thousands of clients costs.
import { writeSync } from 'node:fs'
import os from 'node:os'
import { Worker } from 'node:worker_threads'

/** Bytes that can be written together. */
export const SHARED_BYTES_MAX = 16 * 1024
/** Descriptors that are written to before what became of them is looked at; a power of two. */
const RING = 16 * 1024
/** The other thread is told of so many at a time. */
const STEP = 128
/** So many are written at once, so that the first clients need not wait for the other thread to wake up. */
const FIRST = 16
/** Milliseconds that the other thread may take for the few descriptors that it has taken. */
const PATIENCE = 5000
/** In `written`: nobody has said. */
const UNKNOWN = -2

/** Memory that both threads see. */
interface Shared {
  /** Numbers that only grow, and wrap around as integers do: modulo RING they are places in the rings. */
  readonly counters: Int32Array
  readonly descriptors: Int32Array
  /** Bytes that each took; -1: it failed. */
  readonly written: Int32Array
  readonly bytes: Uint8Array
}
/** Counters: descriptors that may be taken, that are done with (in between: that are taken), and the bytes' length. */
const KNOWN = 0
const DONE = 2
const LENGTH = 3

/**
 * Takes a few descriptors, writes to them, and so on until none is left. Returns how many it took.
 *
 * Both threads run it, the other one from its text: it must not use anything but what it is given.
 */
function writeShares(write: typeof writeSync, { counters, descriptors, written, bytes }: Shared): number {
  const [known, taken, done, length] = [0, 1, 2, 3]
  const mask = descriptors.length - 1
  for (let own = 0; ; ) {
    const from = Atomics.load(counters, taken)
    const count = Math.min((Atomics.load(counters, known) - from) | 0, 16)
    if (count <= 0) return own
    if (Atomics.compareExchange(counters, taken, from, (from + count) | 0) !== from) continue
    for (let n = 0; n < count; n++) {
      const i = (from + n) & mask
      try {
        written[i] = write(descriptors[i] as number, bytes, 0, counters[length])
      } catch {
        written[i] = -1
      }
    }
    Atomics.add(counters, done, count)
    Atomics.notify(counters, done)
    own += count
  }
}

/** The other thread: sleeps until there are more. */
const THREAD = `
'use strict'
const { writeSync } = require('node:fs')
const { workerData: shared } = require('node:worker_threads')
Error.stackTraceLimit = 0
const writeShares = ${writeShares.toString()}
for (;;) {
  const known = Atomics.load(shared.counters, ${KNOWN})
  writeShares(writeSync, shared)
  Atomics.wait(shared.counters, ${KNOWN}, known)
}
`

/** `To` is whatever a descriptor belongs to. Everything between `begin` and `end` must be one turn of the event loop. */
export class SharedWriter<To> {
  readonly #short: (to: To, taken: number | undefined) => void
  #shared = newShared()
  #thread: Worker | undefined
  /** There is no second thread, and there won't be. */
  #alone = os.availableParallelism() < 2
  /** Whom what is written goes to, since what became of it was last looked at. */
  #to: To[] = []
  /** How many of these the other thread knows of. */
  #told = 0

  /** @param short called for who did not take all bytes, with how many they took; undefined: nobody knows. */
  constructor(short: (to: To, taken: number | undefined) => void) {
    this.#short = short
  }

  /** Starts the other thread, which takes some ten milliseconds until it is of use. */
  prepare(): void {
    if (!this.#thread && !this.#alone) this.#start()
  }

  /** @param bytes at most SHARED_BYTES_MAX. */
  begin(bytes: Uint8Array): void {
    this.prepare()
    this.#shared.bytes.set(bytes)
    this.#shared.counters[LENGTH] = bytes.length
  }

  /** From here on, until the end, the descriptor must stay what it is. */
  add(descriptor: number, to: To): void {
    const { counters, descriptors, written } = this.#shared
    const i = ((counters[KNOWN] ?? 0) + this.#to.length - this.#told) & (RING - 1)
    descriptors[i] = descriptor
    written[i] = UNKNOWN
    this.#to.push(to)
    if (this.#to.length === RING) this.end()
    else if (this.#to.length === FIRST) {
      this.#tell()
      writeShares(writeSync, this.#shared)
    } else if (this.#to.length - this.#told === STEP) this.#tell()
  }

  /** Writes what is left to write, and waits for the other thread. Returns how many were written here. */
  end(): number {
    this.#tell()
    const { written, counters } = this.#shared
    const own = writeShares(writeSync, this.#shared)
    const known = counters[KNOWN] ?? 0
    this.#wait(known)
    const to = this.#to
    this.#to = []
    this.#told = 0
    const length = counters[LENGTH] ?? 0
    for (let i = 0; i < to.length; i++) {
      const taken = written[(known - to.length + i) & (RING - 1)] ?? UNKNOWN
      if (taken < length) this.#short(to[i] as To, taken === UNKNOWN ? undefined : Math.max(0, taken))
    }
    return own
  }

  stop(): void {
    void this.#thread?.terminate()
    this.#thread = undefined
  }

  #tell(): void {
    const { counters } = this.#shared
    Atomics.add(counters, KNOWN, this.#to.length - this.#told)
    Atomics.notify(counters, KNOWN)
    this.#told = this.#to.length
  }

  #wait(known: number): void {
    const { counters } = this.#shared
    for (;;) {
      const done = Atomics.load(counters, DONE)
      if (done === known) return
      if (Atomics.wait(counters, DONE, done, PATIENCE) === 'timed-out') {
        this.#goOnAlone()
        return
      }
    }
  }

  #start(): void {
    let thread: Worker
    try {
      thread = new Worker(THREAD, { eval: true, workerData: this.#shared, execArgv: [] })
    } catch {
      // The system has no thread to give.
      this.#alone = true
      return
    }
    // It sleeps until the process ends, which it must not keep from ending.
    thread.unref()
    thread.on('error', () => this.#goOnAlone())
    this.#thread = thread
  }

  /** The other thread has died or hangs. What it shared is left to it. */
  #goOnAlone(): void {
    this.stop()
    this.#alone = true
    const { bytes, counters } = this.#shared
    this.#shared = newShared()
    this.#shared.bytes.set(bytes)
    this.#shared.counters[LENGTH] = counters[LENGTH] ?? 0
  }
}

function newShared(): Shared {
  return {
    counters: new Int32Array(new SharedArrayBuffer(4 * 4)),
    descriptors: new Int32Array(new SharedArrayBuffer(4 * RING)),
    written: new Int32Array(new SharedArrayBuffer(4 * RING)),
    bytes: new Uint8Array(new SharedArrayBuffer(SHARED_BYTES_MAX)),
  }
}
