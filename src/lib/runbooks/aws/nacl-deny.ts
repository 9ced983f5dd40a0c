import {EarlyEnd} from '../../engine/early.js'
import type {Finding, Runbook, Table} from '../../engine/runbook.js'
import type {AwsSystems} from '../../systems/aws/account.js'
import type {Acl} from '../../systems/aws/network.js'
import {doubt, few, pass, refuse, warn} from '../finding.js'
import {denial, firstAllow, freeNumber} from './denial.js'
import {account} from './guards/account.js'
import {isWorld, notInternal, ofCode, roomLeft, waysIn} from './guards/network.js'
import {type Place, readPlace} from './network-facts.js'
import {type DenyInput, denyInput} from './network-input.js'
import {denyStep} from './steps/deny.js'
import {withRows} from './tables.js'
import {expiryOf} from './temporary.js'
import {notAws, whereWords} from './where.js'

type DenyFacts = Place & {acl: Acl}

const MOST_ENTRIES = 20

/** Keeps a source out of a subnet, open connections included. */
export const naclDeny: Runbook<DenyInput, DenyFacts, AwsSystems> = {
  id: 'aws.nacl.deny',
  summary: 'Keep a source out of a subnet, for a while',
  input: denyInput,
  effect: () => 'disrupt',
  subject: (asked) => asked.subnet,
  locks: (asked) => [`aws/subnet/${asked.subnet}`],
  alsoLocks: (_asked, {acl}) => [`aws/network-acl/${acl.id}`],
  survey,
  rests: (_asked, {identity, acl}) => ({
    account: identity.account,
    region: identity.region,
    acl: {id: acl.id, entries: acl.entries},
  }),
  guards: ({source}, {acl, ...place}) => [
    account(place),
    everybody(source),
    notInternal(source),
    waysIn([source], place.keepOpen),
    ofCode([acl.tags]),
    roomLeft('entry-quota', ingress(acl).length, MOST_ENTRIES, 'entries decide what comes in'),
    numberFree(acl, source),
  ],
  view: (asked, {acl, identity, takenAtMs}) => ({
    title: `Let nothing into ${asked.subnet} from ${asked.source}`,
    tables: withRows([entryTable(acl)]),
    notes: [
      whereWords(identity),
      ...(acl.subnets.length > 1
        ? [`${acl.id} decides for ${acl.subnets.length} subnets: ${few(acl.subnets)}`]
        : []),
      'what is open from there is cut as well, and so are answers to what the subnet asks there',
      untilWords(expiryOf(takenAtMs, asked.forMs)),
    ],
  }),
  beware: (_asked, facts) => notAws(facts),
  stages(systems, asked, {acl, takenAtMs}) {
    const {source: cidr, mark, forMs} = asked
    const open = firstAllow(acl, cidr) !== undefined
    const tag = {cidr, mark, expires: expiryOf(takenAtMs, forMs)}
    const steps = open ? [denyStep(systems, asked.account, acl.id, tag)] : []
    return [{id: 'deny', says: 'keep it out', steps}]
  },
  nothing({source}, {acl}) {
    const there = denial(acl, source)
    return there
      ? `entry ${there.number} denies ${there.cidr} already`
      : `${acl.id} lets nothing in from there`
  },
  undoGuards: (_asked, facts) => [account(facts)],
  afterwards: ({forMs}) => (forMs === null ? [] : ['redeye aws sg sweep']),
  onFailure: 'undo',
}

async function survey(systems: AwsSystems, asked: DenyInput, signal: AbortSignal): Promise<DenyFacts> {
  const aws = await systems.aws(asked.account)
  const acl = await aws.aclOfSubnet(asked.subnet, signal)
  if (!acl) throw new EarlyEnd('usage', `there is no subnet ${asked.subnet} in this account and region`)
  return {...(await readPlace(systems, aws, signal)), acl}
}

function ingress({entries}: Acl) {
  return entries.filter(({egress}) => !egress)
}

function everybody(source: string): Finding {
  if (!isWorld(source)) return pass('shuts-all-out', `${source} is not the world`)
  return doubt('shuts-all-out', `${source} is the world: nobody would get in`, 'name the addresses')
}

function numberFree(acl: Acl, source: string): Finding {
  const id = 'entry-number'
  const there = denial(acl, source)
  if (there) return warn(id, `entry ${there.number} denies it already: it stays as it is, also after an undo`)
  const allowed = firstAllow(acl, source)
  if (allowed === undefined) return pass(id, 'nothing lets it in')
  const number = freeNumber(acl, source)
  if (number !== undefined) return pass(id, `entry ${number} comes before ${allowed}, which lets it in`)
  return refuse(id, `no number is free before entry ${allowed}, which lets it in`, 'number the entries anew')
}

function untilWords(expires: string | null): string {
  if (expires === null) return 'it stays until somebody takes it away: runs undo'
  return `wanted until ${expires}; nothing runs in the background, redeye aws sg sweep takes it away then`
}

const SHOWN = 20

function entryTable(acl: Acl): Table {
  return {
    columns: [{name: 'entry', align: 'right'}, {name: 'action'}, {name: 'protocol'}, {name: 'from'}],
    rows: ingress(acl)
      .toSorted((a, b) => a.number - b.number)
      .slice(0, SHOWN)
      .map(({number, action, protocol, cidr}) => [
        String(number),
        action,
        protocol === '-1' ? 'all' : protocol,
        cidr,
      ]),
  }
}
