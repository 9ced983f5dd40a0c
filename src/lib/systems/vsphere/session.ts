import {RemoteError} from '../../remote/fault.js'
import {type Call, exchange, fetchText, type Wire} from './exchange.js'
import type {About} from './model.js'
import {entity, type Struct, struct, text} from './shape.js'
import {element, type Ref} from './tree.js'
import {agreedVersion} from './versions.js'
import {whileWanted} from './while-wanted.js'

export interface Session {
  where: string
  /** Needs no sign-in. */
  content(signal: AbortSignal): Promise<Content>
  about(signal: AbortSignal): Promise<About>
  /** Signs in when that has not been done. */
  user(signal: AbortSignal): Promise<{user: string; key: string}>
  /**
   * Signs in when needed, and once more when the session has expired. Without a `returnval` the value is undefined.
   * @param check throws what makes the answer unusable, `not-authenticated` above all
   */
  call<T>(call: Call<T>, signal: AbortSignal, check?: (value: T | undefined) => void): Promise<T | undefined>
  /** Logs out. Never throws. */
  end(): Promise<void>
}

export type Content = Struct<typeof contentFields>

export interface SignIn {
  user: string
  password(): Promise<string>
}

const contentFields = {
  rootFolder: entity,
  propertyCollector: entity,
  viewManager: entity,
  sessionManager: entity,
  authorizationManager: entity,
  taskManager: entity,
  vmProvisioningChecker: entity,
  about: struct({apiType: text, instanceUuid: text, fullName: text, apiVersion: text}),
}
const SERVICE: Ref = {type: 'ServiceInstance', ref: 'ServiceInstance'}
const userSession = struct({key: text, userName: text})

/** A session that expires again so soon is not worth a third sign-in: somebody ends it, or the server forgets it. */
const TOO_SOON_MS = 60_000
const LOGOUT_MS = 3000

interface SignedIn {
  cookie: string
  version: string
  user: string
  key: string
}

export function openSession(wire: Wire, signIn: SignIn, now: () => number): Session {
  const {where} = wire
  let known: Promise<{content: Content; version: string; cookie: string}> | undefined
  let current: Promise<SignedIn> | undefined
  /** Of the sessions made, the last one. */
  let last: SignedIn | undefined
  let turnedAway: unknown
  /** What several calls wait for does not end with one of them. */
  const life = new AbortController()
  let renewedAt = Number.NEGATIVE_INFINITY

  /** What the server says to anybody. Kept once it is known. */
  function greeting(signal: AbortSignal) {
    known ??= greet(wire, life.signal)
    const mine = known
    mine.catch(() => {
      if (known === mine) known = undefined
    })
    return whileWanted(mine, signal, where)
  }

  /** The session, made when first needed. A sign-in that was turned away is not tried again: accounts get locked. */
  function signedIn(signal: AbortSignal): Promise<SignedIn> {
    if (turnedAway) return Promise.reject(turnedAway)
    current ??= login()
    const mine = current
    mine.catch(() => {
      if (current === mine) current = undefined
    })
    return whileWanted(mine, signal, where)
  }

  async function login(): Promise<SignedIn> {
    const {signal} = life
    const {content, version, cookie: first} = await greeting(signal)
    const {user, password} = signIn
    const args = [element('userName', user), element('password', await password())]
    const call: Call<Struct<{key: typeof text; userName: typeof text}>> = {
      self: content.sessionManager ?? {type: 'SessionManager', ref: 'SessionManager'},
      method: 'Login',
      args,
      returns: userSession,
      writes: true,
    }
    const {value, cookie = first} = await exchange(wire, call, headers(version, first), signal).catch(
      (error) => {
        const failed = signInFailed(where, user, error)
        if (failed.fault === 'refused') turnedAway = failed
        throw failed
      },
    )
    last = {cookie, version, user: value?.userName ?? user, key: value?.key ?? ''}
    return last
  }

  async function renew(expired: SignedIn, signal: AbortSignal): Promise<SignedIn> {
    // Of several calls that find the session expired, the first one renews it.
    if ((await current?.catch(() => undefined)) === expired) {
      if (now() - renewedAt < TOO_SOON_MS) throw expiredAgain(where)
      renewedAt = now()
      current = undefined
    }
    return await signedIn(signal)
  }

  return {
    where,
    content: async (signal) => (await greeting(signal)).content,
    async about(signal) {
      const {content} = await greeting(signal)
      const {apiType, instanceUuid = '', fullName = '', apiVersion = ''} = content.about ?? {}
      return {
        apiType: apiType === 'HostAgent' ? apiType : 'VirtualCenter',
        uuid: instanceUuid,
        fullName,
        apiVersion,
      }
    },
    async user(signal) {
      const {user, key} = await signedIn(signal)
      return {user, key}
    },
    async call(call, signal, check = () => {}) {
      const once = async ({cookie, version}: SignedIn) => {
        const {value} = await exchange(wire, call, headers(version, cookie), signal)
        check(value)
        return value
      }
      const first = await signedIn(signal)
      try {
        return await once(first)
      } catch (error) {
        if (!isExpired(error)) throw error
      }
      const second = await renew(first, signal)
      try {
        return await once(second)
      } catch (error) {
        throw isExpired(error) ? expiredAgain(where) : error
      }
    },
    async end() {
      try {
        const self = (last && (await known))?.content.sessionManager
        if (!last || !self) return
        const logout: Call<unknown> = {self, method: 'Logout', args: [], returns: text, writes: true}
        const {version, cookie} = last
        await exchange(wire, logout, headers(version, cookie), AbortSignal.timeout(LOGOUT_MS))
      } catch {
        // The server ends an idle session by itself.
      } finally {
        life.abort()
      }
    },
  }
}

async function greet(wire: Wire, signal: AbortSignal) {
  const ask: Call<Content> = {
    self: SERVICE,
    method: 'RetrieveServiceContent',
    args: [],
    returns: struct(contentFields),
  }
  const listed = fetchText(wire, `${wire.path}/vimServiceVersions.xml`, signal)
  const said = exchange(wire, ask, {SOAPAction: 'urn:vim25'}, signal)
  const [versions, {value, cookie = ''}] = await Promise.all([listed.catch(() => undefined), said]).catch(
    (error) => {
      throw notVsphere(wire.where, error)
    },
  )
  if (!value?.propertyCollector) throw notVsphere(wire.where, new Error('it names no property collector'))
  return {content: value, cookie, version: agreedVersion(versions, value.about?.apiVersion ?? '')}
}

function headers(version: string, cookie: string): Record<string, string> {
  return {SOAPAction: `urn:vim25/${version}`, ...(cookie !== '' && {Cookie: cookie})}
}

function isExpired(error: unknown): boolean {
  return error instanceof RemoteError && error.class === 'not-authenticated'
}

/** Nothing of what was meant to be sent was sent. */
function notVsphere(where: string, error: unknown): RemoteError {
  if (error instanceof RemoteError && (error.fault === 'unreachable' || error.fault === 'refused'))
    return error
  const {message} = error as Error
  const more = error instanceof RemoteError ? error : undefined
  return new RemoteError('unreachable', message.startsWith(where) ? message : `${where}: ${message}`, {
    class: more?.class ?? 'not-vsphere',
    hint: more?.hint ?? 'Check the url of this target: something other than vSphere may answer there.',
    cause: error,
  })
}

function signInFailed(where: string, user: string, error: unknown): RemoteError {
  if (!(error instanceof RemoteError)) throw error
  if (error.fault === 'unreachable' || error.fault === 'refused') return error
  if (error.fault === 'lost')
    return new RemoteError('unreachable', `${error.message} (while signing in; nothing else was sent)`, {
      ...(error.class !== undefined && {class: error.class}),
      ...(error.hint !== undefined && {hint: error.hint}),
      cause: error,
    })
  return new RemoteError(
    'refused',
    `${where}: ${user} was not let in: ${error.message.replace(`${where}: Login: `, '')}`,
    {
      class: error.class ?? 'invalid-login',
      hint:
        error.class === 'invalid-login'
          ? 'Check user and password of this target. It was tried once only, because accounts get locked.'
          : 'Look at this account in vSphere: its password may have expired, or the host is in lockdown mode.',
    },
  )
}

function expiredAgain(where: string): RemoteError {
  return new RemoteError('refused', `${where}: the session ended twice within a minute`, {
    class: 'session-ended',
    hint: 'Somebody ends the sessions of this account, or the server forgets them: look at its sessions and its log.',
  })
}
