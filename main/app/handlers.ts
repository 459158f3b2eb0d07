// The calls of the contract, one function each, and the one way in for every frontend: names and inputs are checked here.
import type { CallError, CallReply } from '../../preload/contract/bridge'
import { type CallInput, type CallName, type CallOutput, type Calls, calls } from '../../preload/contract/calls'
import { errorWords } from '../grip/error-words'
import { curlCommand } from '../trace/curl'
import { exchangeDetails } from '../trace/exchange-details'
import { channelLanes } from '../trace/lanes'
import { publishDetails } from '../trace/publish-details'
import { searchTrace } from '../trace/search'
import { exchangeBody } from '../trace/shown-body'
import { wsMessage, wsMessagePage } from '../trace/ws-messages'
import type { GripscopeApp } from './app'
import { checkBackend } from './backend'
import { fieldFault } from './issue-words'
import { probeBackend } from './probe'
import { replayExchange } from './replay-exchange'
import { isLongerThan, REPLY_MAX } from './reply-bound'
import type { FileSaver } from './saves'

/** What only a frontend can do: the desktop app asks with the system's dialogs, the browser has none. */
export interface FrontendServices {
  /** Null: none was chosen. */
  chooseFile(title: string): Promise<string | null>
  /** Undefined: what is saved is fetched, as a browser's download. */
  readonly saver?: FileSaver
}

/** A frontend without dialogs. */
export const noDialogs: FrontendServices = {
  chooseFile: async () => null,
}

type Checked<N extends CallName> = Calls[N]['input']['_output']
type Handlers = { readonly [N in CallName]: (input: Checked<N>) => CallOutput<N> | Promise<CallOutput<N>> }
export type Dispatch = (name: string, input: unknown) => Promise<CallReply>

/** The way in for a frontend: checks a call's name and input, makes it, and never rejects. */
export function makeDispatch(app: GripscopeApp, frontend: FrontendServices): Dispatch {
  const handlers = makeHandlers(app, frontend)
  return async (name, input) => {
    if (!isCallName(name)) return failed('bad-call', `There is no call "${name.slice(0, 100)}".`)
    const checked = calls[name].input.safeParse(input)
    if (!checked.success) {
      return failed('bad-call', fieldFault(name, checked.error.issues[0]))
    }
    try {
      // The input is that of this very call; TypeScript does not follow the name from the schema to the handler.
      const handler = handlers[name] as (input: unknown) => unknown
      const value = await handler(checked.data)
      if (isLongerThan(value, REPLY_MAX)) return failed('internal', `The answer of ${name} is too long to be sent.`)
      return { ok: true, value }
    } catch (error) {
      return failed('internal', `${name} failed: ${errorWords(error)}`)
    }
  }
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}

function failed(code: CallError['code'], message: string): CallReply {
  return { ok: false, error: { code, message } }
}

const OK = { ok: true } as const

function makeHandlers(app: GripscopeApp, frontend: FrontendServices): Handlers {
  const { live, log } = app
  return {
    'app.state': () => app.state(),
    'settings.change': (changes) => app.change(withoutUndefined(changes)),
    'settings.chooseFile': ({ title }) => frontend.chooseFile(title),
    'backend.check': ({ url }) => checkBackend(url, app.engine.proxy.port),
    'backend.probe': ({ url }) => probeBackend(url, app.engine.proxy.port),
    'recording.set': ({ on }) => {
      log.recording = on
      return OK
    },
    'trace.clear': () => {
      app.clearTrace()
      return OK
    },
    'trace.undoClear': () => app.undoClear(),
    'exchange.details': async ({ id }) => exchangeDetails(await live.model(), id),
    'exchange.body': async ({ id, kind, wire }) => exchangeBody(await live.model(), id, kind, wire),
    'trace.search': async ({ needles, ...ids }) => {
      const { model, giveBack } = await live.borrow()
      return searchTrace(model, needles, ids).finally(giveBack)
    },
    'exchange.messages': async ({ id, after, limit }) => wsMessagePage(await live.model(), id, after, limit),
    'exchange.message': async ({ id, number }) => wsMessage(await live.model(), id, number),
    'exchange.curl': async ({ id }) => {
      const model = await live.model()
      const { origin, caFile } = app.portFor(model.exchanges.get(id)?.request.secure ?? false)
      return curlCommand(model, id, origin ?? 'http://127.0.0.1:7999', caFile)
    },
    'exchange.replay': (input) => replayExchange(app, input),
    'channel.lanes': async ({ name }) => channelLanes(await live.model(), name),
    'publish.details': async ({ id, offset, limit }) => publishDetails(await live.model(), id, offset, limit),
    'publish.send': ({ item }) => app.engine.publishJson(item),
    'publish.reach': async ({ item }) => {
      const { exchanges } = await live.model()
      const reach = app.engine.reach(item)
      return { ...reach, not: reach.not.map((one) => ({ ...one, who: exchanges.get(one.exchange)?.who ?? one.who })) }
    },
    'save.begin': ({ what }) => app.saves.begin(what),
    'save.end': ({ id }) => app.saves.run(id, frontend.saver),
    'save.cancel': ({ id }) => {
      app.saves.cancel(id)
      return OK
    },
    'demo.traffic': () => app.startDemoTraffic(),
  }
}

/** A setting that is given as undefined is not given. */
function withoutUndefined(changes: CallInput<'settings.change'>): Parameters<GripscopeApp['change']>[0] {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}
