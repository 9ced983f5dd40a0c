import {describe, expect, test} from 'vitest'
import {assemble} from '../../../src/lib/systems/haproxy/assemble.js'
import {parseInfo, parseLevel} from '../../../src/lib/systems/haproxy/parse-info.js'
import {parseServersState} from '../../../src/lib/systems/haproxy/parse-servers-state.js'
import {parseSessions} from '../../../src/lib/systems/haproxy/parse-sessions.js'
import {parseStat} from '../../../src/lib/systems/haproxy/parse-stat.js'
import {parseTables} from '../../../src/lib/systems/haproxy/parse-tables.js'
import {parseWeight} from '../../../src/lib/systems/haproxy/parse-weight.js'
import {sections} from '../../../src/lib/systems/haproxy/sections.js'

// Captured from HAProxy 2.6.12, shortened.
const INFO = `Name: HAProxy
Version: 2.6.12-1+deb12u4
Nbthread: 2
Nbproc: 1
Process_num: 1
Pid: 4394
Uptime: 0d 0h02m23s
Uptime_sec: 143
node: lb
Stopping: 0
Unstoppable Jobs: 0
`
const STATE = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
8 agent 1 a1 127.0.0.1 2 8 1 1 5 6 3 4 6 18 0 0 - 18001 - 0 0 - - 18009
10 dns 1 d1 - 0 32 1 1 143 1 0 0 14 0 0 0 app.example.invalid 80 - 0 0 - - 0
`
const STAT = `# pxname,svname,qcur,scur,slim,stot,status,weight,bck,throttle,tracked,check_status,last_chk,check_rise,check_fall,check_health,cookie,mode,algo,
agent,a1,0,2,10,77,"UP 1/2",1,0,50,,* L7OK,"say ""hi"", twice",2,3,4,,,,
agent,BACKEND,3,2,998,77,UP,1,0,,,,,,,,SRV,http,roundrobin,
`
const SESSIONS = `0x56346af8aad0: proto=tcpv4 src=127.0.0.1:44024 fe=ft be=tcpapp srv=s1 ts=00 epoch=0x2 age=1m5s calls=2 rate=1
0x56346b0bcf60: proto=tcpv4 src=127.0.0.1:51848 fe=ft be=tcpapp srv=s1 ts=00 epoch=0x2 age=2h3m calls=2 rate=0
0x56346b0bcf61: proto=tcpv4 src=127.0.0.1:51849 fe=ft be=tcpapp srv=s2 ts=00 epoch=0x2 age=1s calls=2 rate=0
0x56346b0bd900: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> ts=00 epoch=0x2 age=0s calls=2 rate=1
`

describe('parsers', () => {
  test('show info', () => {
    expect(parseInfo(INFO)).toEqual({
      version: '2.6.12-1+deb12u4',
      pid: 4394,
      uptimeSec: 143,
      nbproc: 1,
      stopping: false,
    })
    expect(parseInfo(INFO.replace('Stopping: 0', 'Stopping: 1')).stopping).toBe(true)
    expect(parseLevel('operator\n')).toBe('operator')
  })

  test('show servers state', () => {
    const [agent, dns] = parseServersState(STATE)
    expect(agent).toMatchObject({
      backend: 'agent',
      server: 'a1',
      adminMask: 8,
      checkState: 6,
      agentState: 18,
      port: 18001,
      fqdn: '',
    })
    expect(dns).toMatchObject({address: '-', adminMask: 32, fqdn: 'app.example.invalid'})
  })

  test('show stat: columns by name, quoted fields', () => {
    const [server, backend] = parseStat(STAT)
    expect(server?.text('last_chk')).toBe('say "hi", twice')
    expect(server?.number('stot')).toBe(77)
    expect(server?.number('no_such_column')).toBe(0)
    expect([backend?.proxy, backend?.server, backend?.text('cookie')]).toEqual(['agent', 'BACKEND', 'SRV'])
  })

  test('both reads together', () => {
    const {agent} = assemble(parseServersState(STATE), parseStat(STAT), new Set(['agent']))
    expect(agent).toMatchObject({cookie: 'SRV', stickTable: true, queue: 3, algorithm: 'roundrobin'})
    expect(agent?.servers.a1).toMatchObject({
      admin: 'drain',
      throttle: 50,
      limit: 10,
      check: {status: 'L7OK', health: 4, rise: 2, fall: 3},
      agent: {configured: true, enabled: false},
    })
  })

  test('a server that only one of the reads knows is an error', () => {
    expect(() => assemble([], parseStat(STAT), new Set())).toThrow('agent/a1 in both reads')
  })

  test('show sess: of one server, oldest first', () => {
    expect(parseSessions(SESSIONS, 'tcpapp', 's1')).toEqual([
      {id: '0x56346b0bcf60', ageSec: 7380},
      {id: '0x56346af8aad0', ageSec: 65},
    ])
    expect(parseSessions(SESSIONS, 'tcpapp', 's3')).toEqual([])
  })

  test('show table and get weight', () => {
    expect(parseTables('# table: t1, type: ip, size:1024, used:0\n')).toEqual(new Set(['t1']))
    expect(parseTables('')).toEqual(new Set())
    expect(parseWeight('get weight a/b', '25 (initial 50)\n\n')).toEqual({now: 25, initial: 50})
  })
})

describe('something else', () => {
  const foreign = [
    '',
    '\n',
    'HTTP/1.1 400 Bad Request\r\n',
    '-ERR unknown command\r\n',
    'Name: nginx\n',
    '2\n# be_id\n',
    '\u001b[2J',
  ]

  test.each(foreign)('%j is no HAProxy answer to any read', (text) => {
    for (const parse of [parseInfo, parseLevel, parseServersState, parseStat])
      expect(() => parse(text)).toThrow(/^not an HAProxy answer/)
  })

  test('control characters from the peer never reach the message', () => {
    expect(() => parseLevel('\u001b[2Jgot\u0007you')).toThrow(/^\P{Cc}+: "got\\x07you"$/u)
  })

  test.each([
    ['a missing number', INFO.replace('Pid: 4394', 'Pid: x')],
    ['a missing line', INFO.replace(/^Stopping.*\n/m, '')],
  ])('show info with %s', (_, text) => {
    expect(() => parseInfo(text)).toThrow('not an HAProxy answer')
  })

  test('cut at any place, a read is refused or says what the whole one says', () => {
    const whole = parseStat(STAT).map((row) => [row.server, row.text('status')])
    for (let end = 0; end < STAT.length - 1; end++) {
      const rows = attempt(() => parseStat(STAT.slice(0, end)).map((row) => [row.server, row.text('status')]))
      if (rows) expect(whole.slice(0, rows.length)).toEqual(rows)
    }
    for (let end = 0; end < STATE.length - 1; end++) {
      const states = attempt(() => parseServersState(STATE.slice(0, end)))
      expect(states?.length ?? 0).toBeLessThanOrEqual(2)
    }
  })
})

describe('several answers on one connection', () => {
  const asked = ['show info', 'show table', 'show cli level']

  test('are taken apart, empty ones too', () => {
    expect(sections(asked, `${INFO}\n\nadmin\n\n`)).toEqual([INFO, '', 'admin\n'])
  })

  test('a missing end is a lost answer wherever it was cut', () => {
    const whole = `${INFO}\n\nadmin\n\n`
    for (let end = 6; end < whole.length; end++)
      expect(() => sections(asked, whole.slice(0, end))).toThrow(expect.objectContaining({fault: 'lost'}))
    expect(() => sections(asked, '')).toThrow(expect.objectContaining({fault: 'lost'}))
  })

  test('a refusal in the middle is an error with its class', () => {
    expect(() => sections(asked, `${INFO}\nPermission denied\n\nadmin\n\n`)).toThrow(
      expect.objectContaining({fault: 'answered', class: 'permission-denied'}),
    )
  })
})

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    expect(String(error)).toMatch(/not an HAProxy answer/)
    return undefined
  }
}
