import {failing} from '../../../engine/failure.js'
import {type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import {paced} from '../amounts.js'
import {denial, freeNumber, isDenial} from '../denial.js'
import {type DenyTag, denyTagKey, denyTags, denyTagValue} from '../temporary.js'

const SEEN_MS = 60_000
/** Numbers that others take at the same moment. */
const TRIES = 5

type Denied = {
  /** Number of the entry that keeps it out. */
  entry: number | null
  /** Numbers that have our mark. */
  mine: number[]
}

/** Keeps a source out. What keeps it out already is adopted, and an undo leaves it. */
export function denyStep(
  systems: AwsSystems,
  account: string,
  acl: string,
  tag: Omit<DenyTag, 'number'>,
): Step {
  const {cidr, mark, expires} = tag
  const look = async (signal: AbortSignal) => (await systems.aws(account)).acl(acl, signal)
  return step<Denied>({
    id: 'deny',
    says: `${acl}: let nothing in from ${cidr}${expires === null ? '' : `, until ${expires}`}`,
    async probe(signal) {
      const seen = await look(signal)
      const entry = denial(seen, cidr)
      return {
        reached: entry !== undefined,
        saw: entry ? `entry ${entry.number} denies ${entry.cidr}` : `nothing denies ${cidr}`,
        before: {
          entry: entry?.number ?? null,
          mine: denyTags(seen)
            .filter((one) => one.mark === mark)
            .map(({number}) => number),
        },
      }
    },
    // The tag first: an entry that nobody would sweep must not be left behind.
    async apply(signal) {
      const aws = await systems.aws(account)
      for (let tried = 1; ; tried += 1) {
        const number = freeNumber(await look(signal), cidr)
        if (number === undefined) throw new Error('no number is free before the entry that lets it in')
        await aws.tag(acl, denyTagKey(number), denyTagValue(tag), signal)
        try {
          return await aws.createDeny(acl, number, cidr, signal)
        } catch (error) {
          const {fault, class: kind} = failing(error)
          // Whether a lost one is there is not known: its tag stays with it.
          if (fault !== 'lost') await aws.untag(acl, denyTagKey(number), signal)
          if (kind !== 'network-acl-entry-already-exists' || tried === TRIES) throw error
        }
      }
    },
    patienceMs: SEEN_MS,
    pollMs: paced,
    undo: {
      kind: 'restore',
      says: `${acl}: take away the entry that denies ${cidr}, if this run made it`,
      async run(_before, signal) {
        const aws = await systems.aws(account)
        const seen = await look(signal)
        for (const one of denyTags(seen).filter((each) => each.mark === mark)) {
          if (isDenial(seen, one)) await aws.deleteEntry(acl, one.number, signal)
          await aws.untag(acl, denyTagKey(one.number), signal)
        }
      },
      restored: ({mine}) => mine.length === 0,
    },
  })
}

type Tagged = {entry: boolean; tag: string | null}

/** Takes an entry and its tag away; an entry that is another one by now stays, and only the tag goes. */
export function undenyStep(systems: AwsSystems, account: string, acl: string, tag: DenyTag): Step {
  const {number, cidr} = tag
  const key = denyTagKey(number)
  return step<Tagged>({
    id: `undeny.${acl}.${number}`,
    says: `${acl}: take away entry ${number}, which denies ${cidr}`,
    async probe(signal) {
      const seen = await (await systems.aws(account)).acl(acl, signal)
      const now = {entry: isDenial(seen, tag), tag: seen.tags[key] ?? null}
      return {
        reached: !now.entry && now.tag === null,
        saw: `${now.entry ? `entry ${number} denies ${cidr}` : 'no such entry'}, ${now.tag === null ? 'no tag' : 'tagged'}`,
        before: now,
      }
    },
    async apply(signal, before) {
      const aws = await systems.aws(account)
      if (before.entry && isDenial(await aws.acl(acl, signal), tag))
        await aws.deleteEntry(acl, number, signal)
      await aws.untag(acl, key, signal)
    },
    patienceMs: SEEN_MS,
    pollMs: paced,
    undo: {
      kind: 'restore',
      says: `${acl}: deny ${cidr} by entry ${number} again`,
      async run(before, signal) {
        const aws = await systems.aws(account)
        if (before.tag !== null) await aws.tag(acl, key, before.tag, signal)
        if (before.entry) await aws.createDeny(acl, number, cidr, signal)
      },
    },
  })
}
