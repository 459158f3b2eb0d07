// One running Gripscope: the engine, its trace, its settings, and the demo backend behind it.
import type { AppState } from '../../preload/contract/app-state'
import { type CallOutput, CLEAR_UNDO } from '../../preload/contract/calls'
import type { Push } from '../../preload/contract/pushes'
import type { Settings } from '../../preload/contract/settings'
import { Engine, type EngineOptions } from '../engine/engine'
import { settingsFacts } from '../engine/settings-facts'
import { errorWords } from '../grip/error-words'
import { FileError } from '../grip/file-fault'
import type { Limits, ProxyOptions } from '../proxy/settings/options'
import type { Problem } from '../trace/events'
import { LiveFindings } from '../trace/findings/live-findings'
import { LiveTrace } from '../trace/live'
import { TraceLog } from '../trace/log'
import { labelOf, routesOf } from './backend'
import { Demo } from './demo/demo'
import type { Faults } from './faults'
import { originOf } from './port-address'
import { type Replayed, type ReplayRequest, Replays } from './replay'
import { Saves } from './saves'
import { needsNewEngine, problemOf } from './settings-check'
import type { SettingsStore } from './settings-store'
import { AppTls } from './tls'
import { version } from './version'

export interface AppOptions {
  readonly frontend: 'desktop' | 'web'
  readonly settings: SettingsStore
  /** ZeroMQ sockets to bind; left out: none. */
  readonly zmq?: NonNullable<EngineOptions['zmq']>
  /** Switches of the proxy that no setting is for. */
  readonly switches?: Partial<ProxyOptions>
  /** Where the local CA is kept; left out: in memory only. */
  readonly dataDir?: string
  /** What is told of errors that nobody caught. */
  readonly faults?: Faults
  /** Milliseconds of one beat of the demo traffic, which has ten. */
  readonly demoBeat?: number
}

export type Changed = CallOutput<'settings.change'>

const DONE: Changed = { ok: true }
const MIB = 1024 * 1024
/** Routes, and warnings of routes, that the state lists. */
const STATE_LIST_MAX = 1000

export class GripscopeApp {
  readonly log: TraceLog
  /** Also while nobody looks. */
  readonly findings: LiveFindings
  readonly live: LiveTrace
  readonly saves: Saves
  readonly #options: AppOptions
  readonly #store: SettingsStore
  readonly #replays: Replays
  readonly #demo: Demo
  readonly #tls: AppTls
  readonly #pushes = new Set<(push: Push) => void>()
  #engine: Engine
  #allowedOrigins: readonly string[] = []
  /** Starting, changing and stopping happen one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #stopped = false
  #forgetCleared: ReturnType<typeof setTimeout> | undefined

  constructor(options: AppOptions) {
    this.#options = options
    this.#store = options.settings
    const { memoryLimitMiB, bodyLimitKiB } = this.#store.settings
    this.log = new TraceLog({ memoryLimit: memoryLimitMiB * MIB, bodyLimit: bodyLimitKiB * 1024 })
    this.findings = new LiveFindings(this.log)
    this.live = new LiveTrace(this.log, undefined, this.findings)
    this.saves = new Saves({
      log: this.log,
      live: this.live,
      server: () => listeningAt(this.#engine.proxy),
      push: (push) => this.#push(push),
    })
    this.#replays = new Replays(this.log)
    options.faults?.onFault(({ message }, where) => {
      this.log.emit({ type: 'fault', t: this.log.now(), message, where })
      this.#pushState()
    })
    this.#demo = new Demo(() => this, options.demoBeat)
    this.#tls = new AppTls(options.dataDir)
    this.#engine = this.#makeEngine({ kind: 'lines', lines: [] })
  }

  get settings(): Settings {
    return this.#store.settings
  }

  /** What was wrong with the settings when they were read. */
  get settingsProblem(): Problem | null {
    return this.#store.problem
  }

  get engine(): Engine {
    return this.#engine
  }

  /** Origin of the proxy, such as http://127.0.0.1:7999; null if it does not listen. */
  get proxyOrigin(): string | null {
    return originOf(this.#engine.proxy)
  }

  /** Origin of the port with TLS, such as https://127.0.0.1:7943; null if there is none. */
  get tlsOrigin(): string | null {
    return originOf(this.#engine.tls, 'https')
  }

  /** Where a request is sent again: one that came by TLS goes there again, as long as there is such a port. */
  portFor(secure: boolean): { readonly origin: string | null; readonly caFile?: string } {
    const { tlsOrigin } = this
    if (!secure || tlsOrigin === null) return { origin: this.proxyOrigin }
    const { caFile } = this.state().tls
    return { origin: tlsOrigin, ...(caFile !== null && { caFile }) }
  }

  /** Where to publish; null if the port is not open. */
  get publishUrl(): string | null {
    const origin = originOf(this.#engine.publish)
    return origin === null ? null : `${origin}/publish/`
  }

  /** Starts the engine. A port or a backend that can't be had is in the state, not an exception. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#demo.startIfChosen(this.settings.backend)
      const routes = await this.#routesOf(this.settings)
      const tls = await this.#tls.open(this.settings)
      await this.#startEngine(
        this.#makeEngine(routes.ok ? routes.source : this.#sourceAnyway(), { ...(tls && { tls }) }),
      )
      this.#tls.keepFresh((identities) => this.#engine.useIdentities(identities))
    })
  }

  /** Ends all exchanges, watches and demo clients. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#stopped = true
      this.#demo.abort()
      clearTimeout(this.#forgetCleared)
      this.#replays.stop()
      this.#tls.stop()
      this.saves.stop()
      this.live.stop()
      this.findings.stop()
      this.#pushes.clear()
      await this.#engine.stop()
      await this.#demo.stop()
    })
  }

  state(): AppState {
    const { proxy, publish, zmq, routes, routeWarnings } = this.#engine
    return {
      version,
      frontend: this.#options.frontend,
      platform: process.platform,
      proxy,
      publish,
      tls: this.#tls.state(this.#engine.tls),
      zmq: zmq.map((socket) => ({ ...socket })),
      backendLabel: labelOf(this.settings.backend),
      routes: shortened(routes, (more) => `… and ${more} more`),
      routeWarnings: shortened(
        routeWarnings.map(({ line, message }) => ({ line, message })),
        (more) => ({ line: 0, message: `and ${more} more` }),
      ),
      descriptors: this.#engine.descriptors,
      settings: this.settings,
      faults: this.#options.faults?.known ?? null,
    }
  }

  /** Clears what is finished from the trace; for a while it can be brought back. */
  clearTrace(): void {
    this.log.clearForNow()
    clearTimeout(this.#forgetCleared)
    this.#forgetCleared = setTimeout(() => this.log.forgetCleared(), CLEAR_UNDO)
    this.#forgetCleared.unref()
  }

  /** Brings back what was cleared last. */
  undoClear(): CallOutput<'trace.undoClear'> {
    clearTimeout(this.#forgetCleared)
    if (this.log.restore()) return { ok: true }
    const message = 'The cleared exchanges are gone.'
    return {
      ok: false,
      problem: { field: '', message, fix: 'Undo within 30 seconds, before new exchanges need the memory.' },
    }
  }

  /**
   * Pushes to a frontend: its snapshot, then batches, and the state whenever it changes.
   * @param ready while it says false, no batch is sent (backpressure).
   * @returns ends it.
   */
  watch(push: (push: Push) => void, ready?: () => boolean): () => void {
    // A function of its own, so that the same frontend can watch twice.
    const listener = (message: Push): void => push(message)
    this.#pushes.add(listener)
    const stop = this.live.watch(push, ready)
    return () => {
      this.#pushes.delete(listener)
      stop()
    }
  }

  /** Tells the state whenever it changes, without the flow of batches. The function returned ends it. */
  onState(listener: (state: AppState) => void): () => void {
    const push = (message: Push): void => {
      if (message.type === 'state') listener(message.state)
    }
    this.#pushes.add(push)
    return () => this.#pushes.delete(push)
  }

  /** Web pages of these origins may publish. */
  allowOrigins(origins: readonly string[]): void {
    this.#allowedOrigins = origins
    this.#engine.allowOrigins(origins)
  }

  /** Takes new settings at once, as far as they can work; those that can't are refused as a whole. */
  change(changes: Partial<Settings>): Promise<Changed> {
    return this.#inTurn(() => this.#change(changes))
  }

  /** Sends the request of an exchange again; resolves once the proxy has taken it. */
  async replay(of: number, request: ReplayRequest): Promise<Replayed> {
    const { origin } = this.portFor(request.secure)
    if (origin === null) {
      const fix = 'Choose another port in the settings.'
      return { ok: false, problem: { field: 'proxy port', message: 'the proxy is not listening', fix } }
    }
    const engine = this.#engine
    return this.#replays.replay(of, request, { origin, replayHeaders: (id) => engine.replayHeaders(id) })
  }

  /** Begins demo traffic, which goes on for about ten seconds. */
  startDemoTraffic(): Changed {
    return this.#demo.startTraffic(this.settings.backend.kind === 'demo')
  }

  // ---- changes -----------------------------------------------------------------------------------------------------

  async #change(changes: Partial<Settings>): Promise<Changed> {
    if (this.#stopped) {
      return { ok: false, problem: { field: 'settings', message: 'Gripscope is stopping', fix: 'Start it again.' } }
    }
    const now = this.settings
    const next = { ...now, ...changes }
    const problem = await problemOf(next, now, this.#engine)
    if (problem) return { ok: false, problem }
    if (changes.backend) await this.#demo.startIfChosen(changes.backend)
    const routes = await this.#routesOf(next)
    if (!routes.ok && changes.backend) return routes
    const restart = needsNewEngine(changes, now, this.#engine)
    const kept = await this.#keep(changes)
    this.log.memoryLimit = next.memoryLimitMiB * MIB
    this.log.bodyLimit = next.bodyLimitKiB * 1024
    const source = routes.ok ? routes.source : this.#sourceAnyway()
    this.#recordChange(changes, restart)
    if (restart) await this.#replaceEngine(source, now)
    else if (changes.backend) await this.#engine.setRoutes(source)
    this.#pushState()
    return restart ? (this.#listenProblem() ?? kept) : kept
  }

  #recordChange({ theme: _, welcomed: __, ...changes }: Partial<Settings>, restarts: boolean): void {
    if (Object.keys(changes).length === 0) return
    this.log.emit({ type: 'settings-changed', t: this.log.now(), settings: settingsFacts(changes), restarts })
  }

  /** What can't be written is in force all the same, until the end of this run. */
  async #keep(changes: Partial<Settings>): Promise<Changed> {
    try {
      await this.#store.change(changes)
      return DONE
    } catch (error) {
      const message = `the settings are in force, but cannot be saved: ${errorWords(error)}`
      const fix = error instanceof FileError ? error.fix : 'Make their folder writable.'
      return { ok: false, problem: { field: 'settings', message, fix } }
    }
  }

  #listenProblem(): Changed | null {
    const problem = this.#engine.proxy.problem ?? this.state().tls.problem ?? this.#engine.publish.problem
    return problem && { ok: false, problem }
  }

  async #replaceEngine(source: EngineOptions['routes'], before: Settings): Promise<void> {
    const { proxy, publish, tls } = this.#engine
    const { proxyPort, publishPort } = this.settings
    await this.#engine.stop()
    const opened = await this.#tls.open(this.settings)
    // "Any free port" stays the one that it was.
    const again = (setting: number, was: number | null, port: number): number =>
      setting === 0 && was === 0 ? port : setting
    const engine = this.#makeEngine(source, {
      proxyPort: again(proxyPort, before.proxyPort, proxy.port),
      publishPort: again(publishPort, before.publishPort, publish.port),
      ...(opened && { tls: { ...opened, port: again(opened.port, before.tlsPort, tls.port) } }),
    })
    await this.#startEngine(engine)
  }

  #makeEngine(routes: EngineOptions['routes'], more: Partial<EngineOptions> = {}): Engine {
    const { listen, proxyPort, publishPort, sigIss, sigKey, messageWait, limits, debug } = this.settings
    const { zmq, switches } = this.#options
    const proxy = { ...(limits as Partial<Limits>), ...switches }
    return new Engine(
      {
        version,
        listen,
        proxyPort,
        publishPort,
        routes,
        sigIss,
        sigKey,
        messageWait,
        debug,
        allowedOrigins: this.#allowedOrigins,
        ...(Object.keys(proxy).length > 0 && { proxy }),
        ...(zmq && { zmq }),
        ...more,
      },
      this.log,
    )
  }

  async #startEngine(engine: Engine): Promise<void> {
    this.#engine = engine
    await engine.start()
    engine.onChange(() => this.#pushState())
    this.#pushState()
  }

  #routesOf(settings: Settings): ReturnType<typeof routesOf> {
    const { state, port } = this.#engine.proxy
    // A port that could not be had is not the proxy's own: a backend may be there.
    const proxy = settings.proxyPort || (state === 'listening' ? port : 0)
    return routesOf(settings.backend, { demo: this.#demo.port, proxy })
  }

  /** Routes of a backend that can't be had now: a file may come later and is watched. */
  #sourceAnyway(): EngineOptions['routes'] {
    const { backend } = this.settings
    return backend.kind === 'routes' ? { kind: 'file', file: backend.file } : { kind: 'lines', lines: [] }
  }

  #pushState(): void {
    if (this.#pushes.size === 0) return
    this.#push({ type: 'state', state: this.state() })
  }

  #push(push: Push): void {
    for (const listener of this.#pushes) listener(push)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => {})
    return mine
  }
}

/** The first of a list that may have any length, and how many more there are. */
function shortened<T>(list: readonly T[], rest: (more: number) => T): T[] {
  return list.length <= STATE_LIST_MAX
    ? [...list]
    : [...list.slice(0, STATE_LIST_MAX), rest(list.length - STATE_LIST_MAX)]
}

function listeningAt({ state, address, port }: Engine['proxy']): { address: string; port: number } | undefined {
  return state === 'listening' ? { address, port } : undefined
}
