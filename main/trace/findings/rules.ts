// All rules that make findings, the gravest first: a new one is a file beside this and a line here.
import { askStorm } from './ask-storm'
import { backendDown } from './backend-down'
import { backendHolds } from './backend-holds'
import { tlsOnOneSide } from './backend-tls'
import { channelMismatch } from './channel-mismatch'
import { clientLeftBefore } from './client-left-before'
import { connectionLimit } from './connection-limit'
import { corsMissing } from './cors-missing'
import { duplicateId } from './duplicate-id'
import { eventSourceRefused } from './eventsource-refused'
import { filteredForAll } from './filtered-for-all'
import type { Rule } from './finding'
import { formatMismatch } from './format-mismatch'
import { headOnHold } from './head-on-hold'
import { holdWithoutChannel } from './hold-without-channel'
import { hostRefused } from './host-refused'
import { instructContentType } from './instruct-content-type'
import { instructInvalid } from './instruct-invalid'
import { instructStatus } from './instruct-status'
import { keepAliveLiteral } from './keep-alive-literal'
import { linksShared } from './links-shared'
import { lostUpdate } from './lost-update'
import { nextLoop } from './next-loop'
import { noKeepAlive } from './no-keep-alive'
import { notHeld } from './not-held'
import { pollStorm } from './poll-storm'
import { prevIdGap } from './prev-id-gap'
import { publishFromPage } from './publish-from-page'
import { publishRefused } from './publish-refused'
import { publishToProxyPort } from './publish-to-proxy-port'
import { slowClient } from './slow-client'
import { sseContentType } from './sse-content-type'
import { sseFraming } from './sse-framing'
import { timeoutRaised } from './timeout-raised'
import { tooManyChannels } from './too-many-channels'
import { unknownGripHeader } from './unknown-grip-header'
import { unknownVariable } from './unknown-variable'
import { wsBadControl } from './ws-bad-control'
import { wsContentType } from './ws-content-type'
import { wsEventsFraming } from './ws-events-framing'
import { wsMissingPrefix } from './ws-missing-prefix'
import { wsNoGrip } from './ws-no-grip'
import { wsNoOpen } from './ws-no-open'
import { wsRefused } from './ws-refused'

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
  instructContentType,
  instructInvalid,
  instructStatus,
  holdWithoutChannel,
  tooManyChannels,
  keepAliveLiteral,
  notHeld,
  nextLoop,
  unknownGripHeader,
  backendHolds,
  askStorm,
  noKeepAlive,
  linksShared,
  headOnHold,
  timeoutRaised,
  // WebSocket over HTTP.
  wsContentType,
  wsNoOpen,
  wsEventsFraming,
  wsBadControl,
  wsNoGrip,
  wsMissingPrefix,
  // Clients and the way to the backend.
  backendDown,
  tlsOnOneSide,
  corsMissing,
  hostRefused,
  eventSourceRefused,
  wsRefused,
  connectionLimit,
  pollStorm,
]
