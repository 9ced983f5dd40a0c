import type {MessagePort} from 'node:worker_threads'
import {addresses} from './addresses.js'
import {bastions} from './bastions.js'
import {packFault} from './fault-record.js'
import {gate} from './gate.js'
import type {FromThread, Job, Result, ThreadSettings, ToThread} from './messages.js'
import {offers} from './offer.js'
import {quickCrypto} from './quick-crypto.js'
import {signers} from './signers.js'
import {type Stopper, stopper} from './stopper.js'
import {type ThreadLink, threadLink} from './thread-link.js'
import type {ThreadTools} from './thread-tools.js'
import {turnstile} from './turnstile.js'
import {loadWire} from './wire.js'

const BEAT_MS = 1000
const TOGETHER_MS = 4
/** Connections that begin in one turn of the event loop. */
const STARTS = 4
/** At 2 ms of CPU each, this keeps a thread busy with round trips of a second. */
const HANDSHAKES = 512

/** Serves one thread until it is told to end. */
export function serveThread(port: MessagePort, settings: ThreadSettings): void {
  const tools = toolsOf(settings)
  const links = new Map<number, ThreadLink>()
  const stoppers = new Map<number, Stopper>()
  const report = batched(port)
  const beat = setInterval(() => port.postMessage({kind: 'beat'} satisfies FromThread), BEAT_MS)

  const run = async (job: Job) => {
    let link = links.get(job.link)
    if (link === undefined) {
      link = threadLink(tools)
      links.set(job.link, link)
    }
    const stop = stopper()
    stoppers.set(job.job, stop)
    const result = await link.run(job, stop)
    stoppers.delete(job.job)
    report(result)
  }
  const check = async (job: number, name: string, limitMs: number) => {
    const fault = await tools.bastions.check(name, limitMs).then(() => undefined, packFault)
    report({job, ...(fault && {fault})})
  }
  const end = () => {
    clearInterval(beat)
    for (const link of links.values()) link.close()
    tools.bastions.close()
    port.close()
  }

  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'run':
        for (const job of message.jobs) void run(job)
        return
      case 'call-off':
        for (const job of message.jobs) stoppers.get(job)?.callOff()
        return
      case 'close':
        for (const link of message.links) {
          links.get(link)?.close()
          links.delete(link)
        }
        return
      case 'bastion':
        return void check(message.job, message.name, message.timeoutMs)
      case 'end':
        return end()
    }
  })
}

function toolsOf(settings: ThreadSettings): ThreadTools & {bastions: ReturnType<typeof bastions>} {
  const library = quickCrypto(loadWire)
  const sent = new Uint8Array(settings.sent)
  let keys: ReturnType<typeof signers> | undefined
  return {
    library,
    user: settings.signIn.user,
    signers() {
      keys ??= signers(settings.signIn, settings.agentRequests, library)
      return keys
    },
    offer: offers(library),
    handshakes: gate(HANDSHAKES),
    ramp: turnstile(STARTS),
    addresses: addresses(),
    bastions: bastions(settings.bastions, settings.signIn.uid),
    markSent: (job) => Atomics.store(sent, job, 1),
  }
}

/** What is ready within a few milliseconds goes over in one message: each one wakes the thread that draws. */
function batched(port: MessagePort): (result: Result) => void {
  let results: Result[] = []
  const send = () => {
    port.postMessage({kind: 'results', results} satisfies FromThread)
    results = []
  }
  return (result) => {
    if (results.length === 0) setTimeout(send, TOGETHER_MS)
    results.push(result)
  }
}
