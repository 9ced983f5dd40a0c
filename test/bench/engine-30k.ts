/**
 * 30,000 in-memory hosts through scheduler, journal and grouping: `npm run bench:engine`.
 * Goal: at most 5 s and 300 MB. Exits 1 beyond them.
 */
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {perform} from '../../src/lib/engine/perform.js'
import {runStore} from '../../src/lib/journal/store.js'
import {claims} from '../../src/lib/lock/claims.js'
import {leases} from '../../src/lib/lock/lease.js'
import {thisOwner} from '../../src/lib/lock/owner.js'
import {groupResults} from '../../src/lib/report/grouping.js'
import {bench, fault, oneStage, request, switches, world} from '../engine/world.js'

const HOSTS = 30_000
const names = Array.from({length: HOSTS}, (_, at) => `rpi-${String(at).padStart(5, '0')}`)
const dir = await mkdtemp(join(tmpdir(), 'redeye-bench-'))
const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
}
const owner = await thisOwner('bench', 'here', process.pid)
const where = world(names)
where.meddle = (id) => {
  if (id.endsWith('77')) throw fault('answered', `unit failed at 12:00:0${id.at(-3)} pid ${id.slice(-4)}`)
}
const runbook = switches(oneStage(names, {width: 512, look: 'reached', budget: {percent: 5}}), {
  onFailure: 'stop',
})
const ports = {
  ...bench(),
  clock,
  emit: () => {},
  journals: runStore(dir, clock.now),
  locks: leases(claims(dir, owner, clock.now), owner, clock),
}

const began = performance.now()
const {outcome} = await perform(runbook, where, request(names), ports)
const groups = groupResults(outcome.steps)
const seconds = (performance.now() - began) / 1000
const megabytes = process.resourceUsage().maxRSS / 1024
await rm(dir, {recursive: true})

process.stdout.write(
  `${HOSTS} hosts: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB peak, ${outcome.verdict}, ` +
    `${outcome.totals.changed} changed, ${outcome.totals.failed} failed, ${groups.length} groups\n`,
)
process.exitCode = seconds <= 5 && megabytes <= 300 && outcome.totals.failed === 300 ? 0 : 1
