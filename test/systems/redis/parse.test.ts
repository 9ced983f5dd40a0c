import {describe, expect, it} from 'vitest'
import {countSlots, covers} from '../../../src/lib/systems/redis/key-slot.js'
import {parseClusterNodes} from '../../../src/lib/systems/redis/parse-cluster-nodes.js'
import {parseClusterInfo, parseFields, parseReplication} from '../../../src/lib/systems/redis/parse-info.js'
import {viewSignature} from '../../../src/lib/systems/redis/view-signature.js'

const A = 'e3bbb65142c2a6a25d4ad5b45c2bfa3b7d0ed8a1'
const B = 'e092d949f0f0a6a25d4ad5b45c2bfa3b7d0ed8b2'
const C = '0b78218cce2390c54ba50af163f48ce0a4bc5e25'

/** Captured from redis 7.0.15, with other ids. */
const TABLE = `${A} 10.0.0.1:6379@16379,redis-a.example.net myself,master - 0 1795334709000 19 connected 0-5460 7000 [42->-${C}] [43-<-${C}]
${B} 10.0.0.5:6379@16379 slave ${A} 0 1795334710000 19 connected
${C} 2001:db8::1:6379@16379 master,fail? - 1795334709000 1795334708000 2 disconnected 5461-10922
`

describe('CLUSTER NODES', () => {
  it('becomes lines', () => {
    expect(parseClusterNodes(TABLE)).toEqual([
      {
        id: A,
        ip: '10.0.0.1',
        port: 6379,
        hostname: 'redis-a.example.net',
        flags: [],
        myself: true,
        role: 'master',
        masterId: '',
        epoch: 19,
        link: 'connected',
        slots: ['0-5460', '7000'],
        openSlots: [`[42->-${C}]`, `[43-<-${C}]`],
      },
      expect.objectContaining({id: B, hostname: '', role: 'replica', masterId: A, myself: false, slots: []}),
      expect.objectContaining({id: C, ip: '2001:db8::1', port: 6379, flags: ['fail?'], link: 'disconnected'}),
    ])
  })

  it.each([
    [
      'a node without address',
      `${A} :0@0 master,noaddr - 1 1 3 disconnected`,
      {ip: '', port: 0, flags: ['noaddr']},
    ],
    ['itself before it was met', `${A} :7000@17000 myself,master - 0 0 0 connected`, {ip: '', port: 7000}],
    [
      'a handshake',
      `${A} 10.0.0.9:7@17 handshake - 0 0 0 disconnected`,
      {flags: ['handshake'], role: 'master'},
    ],
    [
      'extra fields after the hostname',
      `${A} h:7@17,n1,shard-id=x master - 0 0 0 connected`,
      {hostname: 'n1'},
    ],
    ['the format before 4.0', `${A} 10.0.0.1:7000 master - 0 0 0 connected`, {ip: '10.0.0.1', port: 7000}],
    ['carriage returns', `${A} 10.0.0.1:7@17 master - 0 0 0 connected 0-1\r`, {slots: ['0-1']}],
  ])('reads %s', (_, line, expected) => {
    expect(parseClusterNodes(line)).toEqual([expect.objectContaining(expected)])
  })

  it.each([
    ['nothing', ''],
    ['a page', '<html>\n<body>'],
    ['a short id', `${A.slice(1)} 10.0.0.1:7@17 master - 0 0 0 connected`],
    ['a line that was cut off', `${TABLE}${B} 10.0.0.5:6379@1`],
    ['no epoch', `${A} 10.0.0.1:7@17 master - 0 0 x connected`],
    ['an unknown link state', `${A} 10.0.0.1:7@17 master - 0 0 0 maybe`],
    ['slots that are none', `${A} 10.0.0.1:7@17 master - 0 0 0 connected 0-x`],
    ['a master that is no id', `${A} 10.0.0.1:7@17 slave ../../etc 0 0 0 connected`],
    ['an escape sequence', `${A} 10.0.0.1:7@17,\x1b]0;owned\x07 master - 0 0 0 connected`],
    ['a bidi override', `${A} 10.0.0.1:7@17,a\u202eb master - 0 0 0 connected`],
  ])('refuses %s', (_, text) => {
    const thrown = attempt(() => parseClusterNodes(text))
    expect(thrown).toMatchObject({fault: 'answered', class: 'malformed'})
    expect(thrown.message).toMatch(/^this is no table of a Redis Cluster: "[\x20-\x7e…]{0,200}"$/)
  })

  it('has a signature that leaves out what differs by nature', () => {
    const one = parseClusterNodes(TABLE)
    const other = parseClusterNodes(
      TABLE.split('\n')
        .reverse()
        .join('\n')
        .replace('myself,', '')
        .replace('fail? -', 'fail -')
        .replace('disconnected', 'connected'),
    )
    expect(viewSignature(other)).toBe(viewSignature(one))
    expect(viewSignature(parseClusterNodes(TABLE.replace(' 2 disc', ' 3 disc')))).not.toBe(viewSignature(one))
    expect(viewSignature(parseClusterNodes(TABLE.replace('5461-', '5462-')))).not.toBe(viewSignature(one))
  })
})

describe('INFO', () => {
  it('becomes fields', () => {
    expect([...parseFields('# Server\r\nredis_version:7.0.15\r\n\r\nx:a:b\r\nno colon\r\n:c')]).toEqual([
      ['redis_version', '7.0.15'],
      ['x', 'a:b'],
    ])
  })

  it('reads a master', () => {
    const text =
      'role:master\r\nconnected_slaves:2\r\nslave0:ip=127.0.1.2,port=7001,state=online,offset=42,lag=1\r\nslave1:ip=::1,port=7002,state=wait_bgsave,offset=0,lag=0\r\nmaster_failover_state:no-failover\r\nmaster_repl_offset:56\r\n'
    expect(parseReplication(text)).toEqual({
      role: 'master',
      offset: 56,
      replicas: [
        {where: '127.0.1.2:7001', online: true, offset: 42},
        {where: '::1:7002', online: false, offset: 0},
      ],
    })
  })

  it('reads a replica', () => {
    const up =
      'role:slave\r\nmaster_host:127.0.1.1\r\nmaster_port:7000\r\nmaster_link_status:up\r\nmaster_last_io_seconds_ago:3\r\nmaster_sync_in_progress:0\r\nslave_repl_offset:42\r\n'
    expect(parseReplication(up)).toEqual({
      role: 'replica',
      offset: 42,
      masterAddress: '127.0.1.1:7000',
      link: 'up',
      syncing: false,
      lastIoSec: 3,
      linkDownSec: 0,
    })
    const down = up.replace('status:up', 'status:down').replace('ago:3', 'ago:-1')
    expect(parseReplication(`${down}master_link_down_since_seconds:7\r\n`)).toMatchObject({
      link: 'down',
      lastIoSec: -1,
      linkDownSec: 7,
    })
  })

  it.each([
    ['no role', 'x:1'],
    ['a sentinel', 'role:sentinel'],
    ['a master without offset', 'role:master\r\n'],
    ['an offset that is no number', 'role:master\r\nmaster_repl_offset:\x1b[2Jx'],
    ['a replica without link', 'role:slave\r\nslave_repl_offset:1'],
  ])('refuses %s', (_, text) => {
    const thrown = attempt(() => parseReplication(text))
    expect(thrown).toMatchObject({fault: 'answered', class: 'malformed'})
    expect(thrown.message).toMatch(/^expected [a-z_]+ in the answer of the server, which [\x20-\x7e]+$/)
  })

  it('reads CLUSTER INFO, and refuses half of it', () => {
    const text = 'cluster_state:ok\r\ncluster_slots_ok:16384\r\ncluster_size:3\r\ncluster_current_epoch:6\r\n'
    expect(parseClusterInfo(text)).toEqual({state: 'ok', slotsOk: 16_384, epoch: 6, size: 3})
    expect(() => parseClusterInfo('cluster_state:ok\r\n')).toThrow('expected cluster_slots_ok')
    expect(() => parseClusterInfo('cluster_state:up\r\n')).toThrow('has "up" there')
  })
})

describe('slots', () => {
  it('are covered and counted', () => {
    expect([0, 5460, 5461, 7000].map((slot) => covers(['0-5460', '7000'], slot))).toEqual([
      true,
      true,
      false,
      true,
    ])
    expect(countSlots(['0-5460', '7000'])).toBe(5462)
    expect(countSlots([])).toBe(0)
  })
})

function attempt(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
