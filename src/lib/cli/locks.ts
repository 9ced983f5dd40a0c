import type {Json} from '../engine/json.js'
import type {Outcome} from '../engine/outcome.js'
import {tally} from '../engine/state.js'
import type {Claim} from '../lock/claims.js'
import {renderTable} from '../report/table.js'
import {clean} from '../text/clean.js'
import {asker} from './ask.js'
import type {Environment} from './environment.js'
import {finish} from './finish.js'
import {widthOf} from './screen.js'
import {stores} from './stores.js'
import {UsageError} from './usage-error.js'

export async function listLocks(at: Environment): Promise<{lines: string[]; json: Json}> {
  const {claims} = await stores(at)
  const live = await claims.live()
  if (live.length === 0) return {lines: ['nothing is locked'], json: []}
  const table = {
    columns: [
      {name: 'thing', shrink: true},
      {name: 'run'},
      {name: 'by', shrink: true},
      {name: 'pid', align: 'right' as const},
      {name: 'since'},
    ],
    rows: live.flatMap((claim) =>
      claim.things.map((thing) => [
        clean(thing),
        claim.run,
        clean(by(claim)),
        String(claim.owner.pid),
        claim.since.slice(0, 19),
      ]),
    ),
  }
  return {lines: renderTable(table, widthOf(process.stdout)), json: live as unknown as Json}
}

/** The holder notices that its file is gone at its next heartbeat, and starts nothing new. */
export async function breakLock(
  text: string,
  flags: {confirm?: string | undefined; reason: string; json: boolean},
  at: Environment,
): Promise<void> {
  const {claims} = await stores(at)
  const [claim, ...others] = (await claims.live()).filter((one) => one.run.includes(text))
  if (!claim || others.length > 0)
    throw new UsageError(
      claim ? `several runs have ${text} in their id` : `no run ${text} holds a lock`,
      [],
      ['redeye locks list'],
    )
  const {confirm} = asker(
    {yes: false, confirm: flags.confirm},
    {
      interactive: at.interactive,
      input: process.stdin,
      output: process.stderr,
      columns: () => widthOf(process.stderr),
      pause() {},
      resume() {},
    },
  )
  process.stderr.write(
    `${by(claim)} (pid ${claim.owner.pid}) holds ${claim.things.join(', ')} since ${claim.since}\n`,
  )
  const answer = await confirm({
    effect: 'disrupt',
    subject: claim.run,
    code: claim.run,
    title: 'Break the lock',
  })
  if (answer === 'yes') await claims.break(claim.id, `broken by ${at.user}@${at.host}: ${flags.reason}`)
  finish(ended(claim, answer), flags.json)
}

function ended(claim: Claim, answer: 'yes' | {no: string}): Outcome {
  const broken = answer === 'yes'
  return {
    verdict: broken ? 'done' : 'declined',
    runbook: 'locks.break',
    subject: claim.run,
    says: broken
      ? `the lock of ${by(claim)} is broken; the run starts nothing new within 10 s`
      : `${answer.no}; nothing was changed`,
    because: [],
    next: broken ? [`redeye runs show ${claim.run}`] : [],
    findings: [],
    steps: [],
    totals: tally([], 0),
    ms: 0,
  }
}

function by({owner}: Claim): string {
  return `${owner.user}@${owner.host}`
}
