// All rules that make findings, the gravest first: a new one is a file beside this and a line here.
import { channelMismatch } from './channel-mismatch'
import { clientLeftBefore } from './client-left-before'
import { duplicateId } from './duplicate-id'
import { filteredForAll } from './filtered-for-all'
import type { Rule } from './finding'
import { formatMismatch } from './format-mismatch'
import { holdWithoutChannel } from './hold-without-channel'
import { lostUpdate } from './lost-update'
import { prevIdGap } from './prev-id-gap'
import { publishFromPage } from './publish-from-page'
import { publishRefused } from './publish-refused'
import { publishToProxyPort } from './publish-to-proxy-port'
import { slowClient } from './slow-client'
import { sseContentType } from './sse-content-type'
import { sseFraming } from './sse-framing'
import { unknownGripHeader } from './unknown-grip-header'
import { unknownVariable } from './unknown-variable'

export const rules: readonly Rule[] = [
  // Publishing.
  lostUpdate,
  channelMismatch,
  formatMismatch,
  prevIdGap,
  filteredForAll,
  unknownVariable,
  publishRefused,
  publishToProxyPort,
  publishFromPage,
  sseFraming,
  slowClient,
  duplicateId,
  sseContentType,
  clientLeftBefore,
  // Instructs.
  holdWithoutChannel,
  unknownGripHeader,
]
