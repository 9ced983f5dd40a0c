import {createHash} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import {fleetControl} from '../fleet-control.js'
import type {LabRecord} from '../lab-record.js'
import {type Break, oneOf} from './break.js'

const PATH = '/etc/receiver.conf'
const BAD = 'gain = 11\n'
const GOOD = 'gain = 8\n'
const FILE = 'receiver.conf'

/** A bad file was rolled out; the good one ends it. */
export const crashLoop: Break = {
  name: 'crash-loop',
  part: 'receivers',
  says: 'a bad file was rolled out',
  cure: 'receivers push',
  hint: 'A restart proves nothing here: the service dies again. Find out what those hosts have in common, put the good file on one of them, see that it holds, and then on the others.',
  practise: (dir) => [
    'redeye receivers status',
    'redeye receivers list --hosts FILE',
    `redeye receivers push ${dir}/${FILE} ${PATH} --where country=XX --restart receiver.service --soak 5s --stable 2s`,
  ],
  async break({record, random}) {
    const control = controlOf(record)
    const countries = await byCountry(record)
    const hosts = countries.get(oneOf([...countries.keys()], random)) ?? []
    const sha256 = createHash('sha256').update(BAD).digest('hex')
    await writeFile(`${record.dir}/${FILE}`, GOOD)
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
      ? {over: false, saw: `${down.length} hosts crash-loop, such as ${first.id}`}
      : {over: true, saw: 'all of these hosts are active'}
  },
  mend: async ({record}, {hosts}) => await controlOf(record).behave(hosts as string[], {}),
}

/** Ids of the hosts of each country. */
async function byCountry({dir}: LabRecord): Promise<Map<string, string[]>> {
  const [head = '', ...rows] = (await readFile(`${dir}/hosts.csv`, 'utf8')).trim().split('\n')
  const country = head.split(',').indexOf('country')
  const found = new Map<string, string[]>()
  for (const columns of rows.map((row) => row.split(','))) {
    const name = columns[country] ?? ''
    found.set(name, [...(found.get(name) ?? []), columns[0] ?? ''])
  }
  return found
}

function controlOf({control}: LabRecord) {
  return fleetControl(control ?? '')
}
