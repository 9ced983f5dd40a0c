import {describe, expect, test} from 'vitest'
import {FleetError, fleetOf} from '../../src/lib/inventory/fleet/fleet.js'
import {COLUMNS} from '../../src/lib/inventory/fleet/host.js'
import {type Format, readRows} from '../../src/lib/inventory/fleet/rows.js'
import {type Choice, select} from '../../src/lib/inventory/fleet/select.js'

const BASTIONS = new Set(['eu', 'us'])
const load = async (text: string, format: Format = 'csv', columns = COLUMNS) =>
  fleetOf(await readRows(text, format), columns, BASTIONS, 'hosts.csv')
const everything: Choice = {
  cohort: null,
  where: null,
  ids: null,
  exclude: null,
  sample: null,
  seed: 1,
  limit: null,
}

describe('lists', () => {
  test('a CSV with quotes, another order of columns and other names', async () => {
    const text = 'site,hostname,ip,bastion,customer\ns1,rx-1,10.0.0.1,eu,"Smith, ""J"""\ns2,rx-2,,,\n'
    const columns = {id: 'hostname', address: 'ip', port: 'port', via: 'bastion'}
    expect(await load(text, 'csv', columns)).toEqual([
      {
        id: 'rx-1',
        address: '10.0.0.1',
        port: 22,
        via: 'eu',
        labels: {site: 's1', hostname: 'rx-1', ip: '10.0.0.1', bastion: 'eu', customer: 'Smith, "J"'},
      },
      {
        id: 'rx-2',
        address: 'rx-2',
        port: 22,
        via: '',
        labels: {site: 's2', hostname: 'rx-2', ip: '', bastion: '', customer: ''},
      },
    ])
  })

  test('what a database client prints: tabs', async () => {
    const [host] = await load('id\taddress\tport\nrx-1\t2001:db8::1\t2222\n')
    expect(host).toMatchObject({id: 'rx-1', address: '2001:db8::1', port: 2222})
  })

  test('JSON lines', async () => {
    const hosts = await load('{"id":"a","ring":0,"tags":["x"],"spare":true}\n\n{"id":"b"}\n', 'jsonl')
    expect(hosts.map(({labels}) => labels)).toEqual([{id: 'a', ring: '0', spare: 'true'}, {id: 'b'}])
  })

  test('what ansible-inventory --list prints: groups within groups are labels', async () => {
    const list = {
      _meta: {hostvars: {a: {ansible_host: '10.0.0.1', ansible_port: 2222, ansible_user: 'x', site: 's1'}}},
      all: {children: ['europe']},
      europe: {children: ['sweden']},
      sweden: {hosts: ['a', 'b']},
    }
    const hosts = await load(JSON.stringify(list), 'ansible')
    expect(hosts).toMatchObject([
      {
        id: 'a',
        address: '10.0.0.1',
        port: 2222,
        labels: {site: 's1', 'group.sweden': 'yes', 'group.europe': 'yes'},
      },
      {id: 'b', address: 'b'},
    ])
    expect(Object.keys(hosts[0]?.labels ?? {})).not.toContain('ansible_user')
  })

  test.each([
    ['id,address\nrx-1,10.0.0.1\nrx-1,10.0.0.2\n', 'line 3: rx-1 is there already, at line 2'],
    ['id,address\nrx 1,10.0.0.1\n', 'line 2: id "rx 1" is not a name'],
    ['id,address\n-oProxyCommand=x,10.0.0.1\n', 'line 2: id "-oProxyCommand=x" is not a name'],
    ['id,address\nrx-1,-oProxyCommand=x\n', 'line 2: address "-oProxyCommand=x" is no host name or address'],
    ['id,address\nrx-1,$(reboot)\n', 'line 2: address "$(reboot)" is no host name or address'],
    ['id,address,port\nrx-1,a,0\n', 'line 2: port "0" is no port'],
    ['id,address,port\nrx-1,a,22x\n', 'line 2: port "22x" is no port'],
    ['id,via\nrx-1,mars\n', 'line 2: via "mars" is no bastion of this fleet'],
    ['id,site\nrx-1,"a\u001b[2Jb"\n', 'line 2: site has an invisible character or a line break'],
    ['id,site\nrx-1,"two\nlines"\n', 'line 2: site has an invisible character or a line break'],
    ['id,site\nrx-1,a\u202eb\n', 'line 2: site has an invisible character'],
    [`id,site\nrx-1,${'x'.repeat(257)}\n`, 'line 2: site is longer than 256 characters'],
    ['id,a b\nrx-1,x\n', '"a b" is no name for a column'],
    ['id,site,site\nrx-1,a,b\n', 'line 1: two columns are called site'],
    ['id,site\nrx-1,a,b\n', 'line 2: Too many fields'],
    ['id,site\n', 'it has no host'],
    ['address\n10.0.0.1\n', 'line 2: no id'],
  ])('%j is refused', async (text, problem) => {
    await expect(load(text)).rejects.toThrow(FleetError)
    await expect(load(text)).rejects.toThrow(problem)
  })

  test('many problems are counted, not all shown', async () => {
    const text = `id\n${Array.from({length: 500}, () => 'same').join('\n')}\n`
    await expect(load(text)).rejects.toThrow('and 489 more')
  })

  test.each([
    ['not json', 'jsonl', 'line 1: '],
    ['[1]', 'jsonl', 'line 1: expected one object a line'],
    ['[defaults]', 'ansible', 'this is not the JSON that ansible-inventory --list prints'],
  ] as const)('%s as %s is refused', async (text, format, problem) => {
    await expect(load(text, format)).rejects.toThrow(problem)
  })
})

describe('selections', () => {
  const rows = Array.from({length: 200}, (_, at) => `rx-${at},s${at % 20},${['SE', 'DE'][at % 2]},${at % 10}`)
  const fleet = load(`id,site,country,ring\n${rows.join('\n')}\n`)
  const cohorts = {canary: 'ring=0', broken: 'rign=0'}
  const chosen = async (more: Partial<Choice>) => select(await fleet, cohorts, {...everything, ...more})

  test.each([
    [{}, 200, 'every host'],
    [{cohort: 'canary'}, 20, 'cohort canary'],
    [{cohort: 'canary', where: 'country=SE'}, 20, 'cohort canary and country=SE'],
    [{where: 'country=SE', exclude: 'site=s0'}, 90, 'country=SE, without site=s0'],
    [{ids: ['rx-1', 'rx-2', 'rx-1']}, 2, '3 named hosts'],
    [{sample: 7, seed: 3}, 7, 'every host, 7 drawn with seed 3'],
    [{where: 'country=DE', limit: 3}, 3, 'country=DE, at most 3'],
  ])('%j', async (more, count, words) => {
    const {hosts, words: said} = await chosen(more)
    expect(hosts).toHaveLength(count)
    expect(said).toBe(words)
  })

  test.each([
    [{cohort: 'cannary'}, 'there is no cohort cannary (did you mean canary?)'],
    [{cohort: 'broken'}, 'no host has the label rign (did you mean ring?)'],
    [{where: 'country=FR'}, 'no host has country=FR'],
    [{exclude: 'country=FR'}, 'no host has country=FR'],
    [{ids: ['rx-2000']}, 'there is no host rx-2000 (did you mean rx-'],
    [{where: 'site=s0 and country=DE'}, 'no host fits all of it'],
    [{where: 'ring=0', exclude: 'ring=0'}, 'no host fits all of it'],
  ])('%j is an error', async (more, problem) => {
    await expect(chosen(more)).rejects.toThrow(problem)
  })
})

test('30,000 lines are loaded and selected in little time', async () => {
  const rows = Array.from(
    {length: 30_000},
    (_, at) =>
      `rx-${at},127.1.${at >> 8}.${at & 255},22,eu,s${at % 900},c${at % 30},1.${at % 12}.0,${at % 100}`,
  )
  const text = `id,address,port,via,site,country,version,ring\n${rows.join('\n')}\n`
  const began = process.cpuUsage()
  const fleet = await load(text)
  const {hosts} = select(fleet, {}, {...everything, where: 'country=c10 and version>=1.10 and not ring=3'})
  const {user, system} = process.cpuUsage(began)
  process.stdout.write(
    `30,000 lines: ${Math.round((user + system) / 1000)} ms CPU, ${hosts.length} selected\n`,
  )
  expect(hosts.length).toBeGreaterThan(50)
  expect((user + system) / 1000).toBeLessThan(1500)
})
