// Lanes, publishes and their crossings in words: for names, tooltips and the table behind the drawing.
import type { ExchangeKind, PublishRow } from '../../../preload/views'
import { formatBytes } from '../../format/bytes'
import { formatDuration } from '../../format/duration'
import type { Lane, PublishReach } from './lanes-layout'

/** Kinds where there is little place. */
export const kindShort: Record<ExchangeKind, string> = {
  http: 'http',
  'long-poll': 'long-poll',
  stream: 'stream',
  sse: 'sse',
  websocket: 'ws',
}

export const kindWords: Record<ExchangeKind, string> = {
  http: 'HTTP',
  'long-poll': 'long-poll',
  stream: 'stream',
  sse: 'SSE',
  websocket: 'WebSocket',
}

/** "#104 WebSocket u2". */
export function laneName({ exchange, kind, who }: Lane): string {
  return `#${exchange} ${kindWords[kind]}${who === '' ? '' : ` ${who}`}`
}

/** "held 12 s so far, filter skip-self, has 87". */
export function laneAbout({ from, to, gaps, filters, prevId }: Lane, now: number): string {
  const parts: string[] = [
    to === null ? `held ${formatDuration(now - from)} so far` : `held ${formatDuration(to - from)}`,
  ]
  if (gaps.length > 0) parts.push(gaps.length === 1 ? 'held again once' : `held again ${gaps.length} times`)
  if (filters.length > 0) parts.push(`${filters.length === 1 ? 'filter' : 'filters'} ${filters.join(', ')}`)
  if (prevId !== null) parts.push(`has ${prevId}`)
  return parts.join(' · ')
}

/** "Message 87". */
export function publishName(publish: PublishRow): string {
  return `Message ${publish.itemId ?? `no. ${publish.id}`}`
}

/** "4 delivered, 1 missed", "waited 812 ms, 4 delivered", "nobody listened", "waits for 86". */
export function publishCame(publish: PublishRow, reach: PublishReach): string {
  if (reach === 'waiting') return `waits for ${publish.prevId ?? 'an earlier one'}`
  if (reach === 'nobody')
    return publish.near === null ? 'nobody listened' : `nobody listened; did you mean ${publish.near}?`
  const parts = []
  if (publish.wentOutAt !== null) parts.push(`waited ${formatDuration(publish.wentOutAt - publish.at)}`)
  if (publish.delivered > 0) parts.push(`${publish.delivered} delivered`)
  if (publish.missed > 0) parts.push(`${publish.missed} missed`)
  if (publish.notDelivered > publish.missed) parts.push(`${publish.notDelivered - publish.missed} skipped`)
  if (publish.waiting > 0) parts.push(`${publish.waiting} waiting`)
  return parts.join(', ') || 'requested again'
}

/** "after 86 · ws-message · 31 B". */
export function publishAbout({ prevId, formats, size }: PublishRow): string {
  return [...(prevId === null ? [] : [`after ${prevId}`]), formats.join(' ') || 'no format', formatBytes(size)].join(
    ' · ',
  )
}
