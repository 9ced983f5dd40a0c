import {createHash} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {fleetControl} from '../fleet-control.js'
import type {LabRecord} from '../lab-record.js'
import {type Break, oneOf} from './break.js'

const PATH = '/etc/receiver.conf'
const BAD = 'gain = 11\n'
const GOOD = 'gain = 8\n'
const MOST = 12

/** A bad file was rolled out; the good one ends it. */
export const crashLoop: Break = {
  name: 'crash-loop',
  part: 'receivers',
  says: 'a bad file was rolled out',
  cure: 'receivers push',
  hint: 'A restart proves nothing here: the service dies again. Find out what those hosts have in common, put the good file on one of them, see that it holds, and then on the others.',
  practise: [
    'redeye receivers status',
    `redeye receivers push FILE ${PATH} --where site=SITE --limit 1 --restart receiver.service`,
    `redeye receivers push FILE ${PATH} --where site=SITE --restart receiver.service`,
  ],
  async break({record, random}) {
    const control = controlOf(record)
    const well = (await control.hosts()).filter(({active}) => active === 'active').map(({id}) => id)
    const from = Math.floor(well.indexOf(oneOf(well, random)) / 4) * 4
    const hosts = well.slice(from, from + MOST)
    const sha256 = createHash('sha256').update(BAD).digest('hex')
    await writeFile(goodFile(record), GOOD)
    await control.put(hosts, {[PATH]: {sha256, mode: '644', owner: 'root:root'}})
    await control.behave(hosts, {unit: 'crash-loop', cure: PATH})
    await control.crash(hosts)
    return {hosts}
  },
  async look({record}, {hosts}) {
    const known = await controlOf(record).hosts()
    const down = known.filter(({id, active}) => (hosts as string[]).includes(id) && active !== 'active')
    const [first] = down
    return first
      ? {
          over: false,
          saw: `${down.length} of ${(hosts as string[]).length} hosts crash-loop, such as ${first.id}`,
        }
      : {over: true, saw: 'all of these hosts are active'}
  },
  mend: async ({record}, {hosts}) => await controlOf(record).behave(hosts as string[], {}),
}

function goodFile({dir}: LabRecord): string {
  return `${dir}/receiver.conf`
}

function controlOf({control}: LabRecord) {
  return fleetControl(control ?? '')
}
