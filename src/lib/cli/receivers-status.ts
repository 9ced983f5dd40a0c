import type {Json} from '../engine/json.js'
import type {Table} from '../engine/runbook.js'
import {foldedText} from '../report/fold.js'
import {wrap} from '../report/wrap.js'
import {type Group, type Seen, statusGroups} from '../runbooks/receivers/status.js'
import {readHealth} from '../systems/receivers/health.js'
import type {Environment} from './environment.js'
import {askHosts} from './receivers-ask.js'
import type {AskFlags} from './receivers-flags.js'
import {unitOf} from './receivers-input.js'
import {widthOf} from './screen.js'
import {statusLines} from './status-lines.js'

const ANSWER_MS = 20_000
const WHICH = 60

/** Asks the hosts how they are, and says it in groups. */
export async function receiversStatus(
  name: string,
  cohort: string | undefined,
  flags: AskFlags & {service?: string | undefined},
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  const {words, of, answers} = await askHosts(name, cohort, flags, at, async (link, _host, fleet, signal) => {
    const health = await readHealth(link, unitOf(flags.service, fleet.target), {
      signal,
      timeoutMs: ANSWER_MS,
      connectTimeoutMs: flags['connect-timeout'],
    })
    const seen: Seen = {health, atMs: Date.now()}
    return seen
  })
  const groups = statusGroups(answers)
  const bad = groups.filter((group) => group.bad)
  return {
    lines: [
      ...wrap(`${answers.length} of ${of} hosts of ${name}: ${words}`, widthOf(process.stdout)),
      '',
      ...statusLines({
        tables: [tableOf(groups)],
        notes: bad.map(({what, value, hosts}) => `${what} ${value}: ${foldedText(hosts)}`),
      }),
    ],
    json: {
      fleet: name,
      words,
      hosts: answers.length,
      groups,
      answers: answers.map((one) =>
        'value' in one ? {id: one.id, ...one.value.health} : {id: one.id, failed: {...one.failed}},
      ),
    },
  }
}

/** What is wrong stands first in its part, with who it is; who is well is only counted. */
function tableOf(groups: readonly Group[]): Table {
  return {
    columns: [{name: ''}, {name: 'state'}, {name: 'hosts', align: 'right'}, {name: 'which', shrink: true}],
    rows: groups.map(({what, value, hosts, bad}, at) => [
      groups[at - 1]?.what === what ? '' : what,
      value,
      String(hosts.length),
      bad ? foldedText(hosts, WHICH) : '',
    ]),
  }
}
