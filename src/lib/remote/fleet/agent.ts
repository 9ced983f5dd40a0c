import {connect, type Socket} from 'node:net'

/** An ssh-agent over one connection, requests in order (draft-ietf-sshm-ssh-agent, 3). */
export interface Agent {
  /** Blobs of the public keys it can sign with. */
  keys(): Promise<Buffer[]>
  /** The raw signature. @throws when the agent refuses or has gone */
  sign(blob: Buffer, data: Buffer, rsa: boolean): Promise<Buffer>
  /** Why it has no keys, when that is because of the agent. */
  readonly problem?: string
}

const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const SIGN_REQUEST = 13
const SIGN_RESPONSE = 14
const RSA_SHA2_256 = 2
const LONGEST_ANSWER = 256 * 1024
const ANSWER_MS = 30_000

/** @param requests that may wait for an answer at the same time; a real agent fails some of them when there are hundreds */
export async function connectAgent(path: string | undefined, requests: number): Promise<Agent> {
  if (path === undefined) return noAgent('no ssh-agent is known (SSH_AUTH_SOCK)')
  const ask = conversation(path, requests)
  return {
    async keys() {
      try {
        return parseKeys(await ask(Buffer.from([REQUEST_IDENTITIES])))
      } catch {
        return []
      }
    },
    async sign(blob, data, rsa) {
      const flags = Buffer.alloc(4)
      flags.writeUInt32BE(rsa ? RSA_SHA2_256 : 0)
      const answer = await ask(Buffer.concat([Buffer.from([SIGN_REQUEST]), field(blob), field(data), flags]))
      if (answer[0] !== SIGN_RESPONSE) throw new Error('the agent refused to sign')
      // string signature = string format, string blob (RFC 4253, 6.6)
      const signature = readField(answer, 1)
      return readField(signature, 4 + signature.readUInt32BE(0))
    },
  }
}

function noAgent(problem: string): Agent {
  return {problem, keys: async () => [], sign: () => Promise.reject(new Error(problem))}
}

type Waiting = {request: Buffer; resolve(answer: Buffer): void; reject(error: Error): void}

/** Requests go out on one connection, at most so many unanswered; answers come in their order. */
function conversation(path: string, most: number): (request: Buffer) => Promise<Buffer> {
  const queue: Waiting[] = []
  const asked: Waiting[] = []
  let socket: Socket | undefined
  let read: Buffer<ArrayBufferLike> = Buffer.alloc(0)

  const open = () => {
    read = Buffer.alloc(0)
    const fresh = connect({path})
    fresh.setTimeout(ANSWER_MS, () => fresh.destroy(new Error('the agent does not answer')))
    fresh.on('data', (chunk) => {
      read = read.length === 0 ? chunk : Buffer.concat([read, chunk])
      try {
        while (take()) {}
      } catch (error) {
        fresh.destroy(error as Error)
      }
      pump()
    })
    let why = new Error('the agent closed the connection')
    fresh.on('error', (error) => {
      why = error
    })
    fresh.on('close', () => {
      if (socket === fresh) socket = undefined
      for (const one of [...asked.splice(0), ...queue.splice(0)]) one.reject(why)
    })
    return fresh
  }
  const take = (): boolean => {
    if (read.length < 4) return false
    const length = read.readUInt32BE(0)
    if (length === 0 || length > LONGEST_ANSWER) throw new Error('the agent talks nonsense')
    if (read.length < 4 + length) return false
    const answer = Buffer.from(read.subarray(4, 4 + length))
    read = read.subarray(4 + length)
    const one = asked.shift()
    if (one === undefined) throw new Error('the agent answers what was not asked')
    one.resolve(answer)
    return true
  }
  const pump = () => {
    while (asked.length < most) {
      const next = queue.shift()
      if (next === undefined) break
      asked.push(next)
      socket ??= open()
      socket.write(field(next.request))
    }
  }
  return (request) =>
    new Promise((resolve, reject) => {
      queue.push({request, resolve, reject})
      pump()
    })
}

function parseKeys(answer: Buffer): Buffer[] {
  if (answer[0] !== IDENTITIES_ANSWER) return []
  const keys: Buffer[] = []
  let at = 5
  for (let left = answer.readUInt32BE(1); left > 0; left--) {
    const blob = readField(answer, at)
    at += 4 + blob.length
    at += 4 + readField(answer, at).length
    keys.push(blob)
  }
  return keys
}

function field(data: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(data.length)
  return Buffer.concat([head, data])
}

/** @throws RangeError when it is cut short */
function readField(data: Buffer, at: number): Buffer {
  const length = data.readUInt32BE(at)
  if (at + 4 + length > data.length) throw new RangeError('cut short')
  return data.subarray(at + 4, at + 4 + length)
}
