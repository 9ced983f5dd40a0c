import {describe, expect, it} from 'vitest'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {InventoryError} from '../../src/lib/inventory/problem.js'
import {inventorySchema} from '../../src/lib/inventory/schema.js'
import {SECRET_HINT} from '../../src/lib/inventory/secret.js'
import {parseSource} from '../../src/lib/inventory/source.js'

const SYSTEMS = Object.keys(inventorySchema.shape).join(', ')
const LB1 = '      - {name: lb1, socket: unix:/run/a.sock}'
const HEAD = ['haproxy:', '  web-lb:', '    instances:']

/** What is in the file, and the message, with the excerpt only where it matters. */
const BROKEN: Array<[what: string, lines: string[], message: string[]]> = [
  [
    'no YAML',
    ['haproxy:', '  web-lb: [1, 2'],
    [
      'f.yaml:2:16: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ],
  ['a tab', ['haproxy:', '\tweb-lb: 1'], ['f.yaml:2:1: not valid YAML: Tabs are not allowed as indentation']],
  [
    'two documents',
    ['haproxy: {}', '---', 'haproxy: {}'],
    ['f.yaml:2:1: not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments()'],
  ],
  ['an unknown tag', ['haproxy: !vault x'], ['f.yaml:1:10: not valid YAML: Unresolved tag: !vault']],
  ['nothing', [''], ['f.yaml:1:1: expected a map, found nothing']],
  ['a list', ['- haproxy'], ['f.yaml:1:1: expected a map, found a list']],
  ['a system misspelt', ['haprxy: {}'], ['f.yaml:1:1: haprxy: unknown key; did you mean haproxy?']],
  [
    'a system from elsewhere',
    ['mainframe: {}'],
    [`f.yaml:1:1: mainframe: unknown key; known here: ${SYSTEMS}`],
  ],
  [
    'a bad target name',
    ['haproxy:', '  "web lb":', '    instances:', LB1],
    ['f.yaml:2:3: haproxy["web lb"]: a name has only letters, digits, "_", "." and "-"'],
  ],
  [
    'no instances',
    ['haproxy:', '  web-lb: {}'],
    ['f.yaml:2:11: haproxy.web-lb.instances: missing; expected a list'],
  ],
  [
    'an empty target',
    ['haproxy:', '  web-lb:'],
    ['f.yaml:2:10: haproxy.web-lb: expected a map, found nothing'],
  ],
  [
    'an empty list',
    ['haproxy:', '  web-lb:', '    instances: []'],
    ['f.yaml:3:16: haproxy.web-lb.instances: a target needs at least one instance'],
  ],
  [
    'an announcement at a moment that there is not',
    ['announce:', '  - {webhook: {env: HOOK}, on: [strat]}'],
    ['f.yaml:2:33: announce[0].on[0]: Invalid option: expected one of "start"|"resume"|"failure"|"end"'],
  ],
  [
    'an announcement for a system that there is not',
    ['announce:', '  - {datadog: {}, systems: [haprox]}'],
    [expect.stringContaining('announce[0].systems[0]: Invalid option: expected one of "haproxy"|')],
  ],
  [
    'the address of a webhook itself',
    ['announce:', '  - webhook: https://hooks.example.net/T0/hidden'],
    [`f.yaml:2:14: announce[0].webhook: ${SECRET_HINT}`],
  ],
  ...['*', '* AND *', 'service:web OR *', '(*)', '-*'].map((scope): (typeof BROKEN)[number] => [
    `a downtime of ${scope}`,
    ['announce:', '  - datadog:', '      downtime:', `        scope: "${scope}"`],
    [
      'f.yaml:4:16: announce[0].datadog.downtime.scope: a downtime of everything is refused: name tags, such as service:web',
    ],
  ]),
  [
    'a socket without kind',
    [...HEAD, '      - name: lb1', '        socket: /run/haproxy/admin.sock'],
    ['f.yaml:5:17: haproxy.web-lb.instances[0].socket: expected unix:/PATH or tcp:HOST:PORT'],
  ],
  [
    'a relative socket',
    [...HEAD, '      - {name: lb1, socket: unix:admin.sock}'],
    [
      'f.yaml:4:29: haproxy.web-lb.instances[0].socket: expected unix:/PATH or tcp:HOST:PORT; the path must begin with "/"',
    ],
  ],
  [
    'a port too high',
    [...HEAD, '      - {name: lb1, socket: tcp:lb1:99999}'],
    [
      'f.yaml:4:29: haproxy.web-lb.instances[0].socket: expected unix:/PATH or tcp:HOST:PORT; port 99999 is not between 1 and 65535',
    ],
  ],
  [
    'a socket that is a number',
    [...HEAD, '      - {name: lb1, socket: 9999}'],
    ['f.yaml:4:29: haproxy.web-lb.instances[0].socket: expected text, found a number'],
  ],
  [
    'tcp with ssh',
    [...HEAD, '      - name: lb1', '        socket: tcp:127.0.0.1:9999', '        ssh: lb1'],
    [
      'f.yaml:6:14: haproxy.web-lb.instances[0].ssh: a tcp socket is dialled from here, never over ssh: remove ssh, or use socket: unix:/PATH',
    ],
  ],
  [
    'ssh of the wrong kind',
    [...HEAD, '      - {name: lb1, socket: unix:/a, ssh: [lb1]}'],
    ['f.yaml:4:43: haproxy.web-lb.instances[0].ssh: expected text or a map, found a list'],
  ],
  [
    'ssh parts',
    [
      ...HEAD,
      '      - name: lb1',
      '        socket: unix:/a',
      '        ssh: {host: a b, prot: 22, port: 0, identity: [], hostKey: abc, jump: [a b]}',
    ],
    [
      'f.yaml:6:21: haproxy.web-lb.instances[0].ssh.host: expected a host name, an address or a name of the ssh configuration',
      'f.yaml:6:26: haproxy.web-lb.instances[0].ssh.prot: unknown key; did you mean port?',
      'f.yaml:6:42: haproxy.web-lb.instances[0].ssh.port: expected at least 1',
      'f.yaml:6:55: haproxy.web-lb.instances[0].ssh.identity: must not be empty',
      'f.yaml:6:68: haproxy.web-lb.instances[0].ssh.hostKey: expected SHA256:... or a whole public key line (ssh-ed25519 AAAA...)',
      'f.yaml:6:80: haproxy.web-lb.instances[0].ssh.jump[0]: expected [user@]host[:port]',
    ],
  ],
  [
    'a name taken',
    [...HEAD, LB1, LB1],
    ['f.yaml:5:16: haproxy.web-lb.instances[1].name: the name lb1 is taken by instances[0]'],
  ],
  [
    'a key twice',
    ['haproxy:', '  web-lb:', '    instances:', LB1, '  web-lb:', '    instances:', LB1],
    ['f.yaml:5:3: haproxy.web-lb: this key is already on line 2'],
  ],
  [
    'a key twice, the second one wrong',
    ['haproxy:', '  web-lb:', '    instances:', LB1, '  web-lb:', '    instances: 5'],
    [
      'f.yaml:5:3: haproxy.web-lb: this key is already on line 2',
      'f.yaml:6:16: haproxy.web-lb.instances: expected a list, found a number',
    ],
  ],
  [
    'everything at once',
    [
      ...HEAD,
      '      - socket: tcp:lb1:1',
      '        ssh: lb1',
      '        sockt: x',
      '      - {name: a/b, socket: true}',
      'foo: 1',
    ],
    [
      'f.yaml:4:9: haproxy.web-lb.instances[0].name: missing; expected text',
      'f.yaml:5:14: haproxy.web-lb.instances[0].ssh: a tcp socket is dialled from here, never over ssh: remove ssh, or use socket: unix:/PATH',
      'f.yaml:6:9: haproxy.web-lb.instances[0].sockt: unknown key; did you mean socket?',
      'f.yaml:7:16: haproxy.web-lb.instances[1].name: a name has only letters, digits, "_", "." and "-"',
      'f.yaml:7:29: haproxy.web-lb.instances[1].socket: expected text, found true or false',
      `f.yaml:8:1: foo: unknown key; known here: ${SYSTEMS}`,
    ],
  ],
  [
    'through an alias',
    ['haproxy:', '  a: &a', '    instances: 5', '  b: *a'],
    [
      'f.yaml:3:16: haproxy.a.instances: expected a list, found a number',
      'f.yaml:3:16: haproxy.b.instances: expected a list, found a number',
    ],
  ],
]

function failure(text: string): InventoryError {
  try {
    parseInventory(text, 'f.yaml')
  } catch (error) {
    if (error instanceof InventoryError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a broken inventory', () => {
  it.each(BROKEN)('%s', (_, lines, expected) => {
    const {message} = failure(lines.join('\n'))
    expect(message.split('\n').filter((line) => line.startsWith('f.yaml'))).toEqual(expected)
  })

  it('shows the line with a caret under the place', () => {
    const error = failure(
      [...HEAD, '      - name: lb1', '        socket: /run/a.sock', '        sssh: x'].join('\n'),
    )
    expect(error.message).toBe(
      [
        'f.yaml:5:17: haproxy.web-lb.instances[0].socket: expected unix:/PATH or tcp:HOST:PORT',
        '  5 |         socket: /run/a.sock',
        '    |                 ^',
        'f.yaml:6:9: haproxy.web-lb.instances[0].sssh: unknown key; did you mean ssh?',
        '  6 |         sssh: x',
        '    |         ^',
      ].join('\n'),
    )
    expect(error.problems).toHaveLength(2)
    expect(error.problems[0]).toMatchObject({line: 5, column: 17, path: 'haproxy.web-lb.instances[0].socket'})
  })

  it('cuts a long line around the place and makes hidden characters visible', () => {
    const {problems} = failure(
      `${'haproxy: '}{${'"x": 1, '.repeat(1)}"${'y'.repeat(150)}": {instances: 5}, "\u202e": {}}`,
    )
    for (const {excerpt} of problems) {
      expect(excerpt.every((line) => line.length < 120)).toBe(true)
      expect(excerpt.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
    expect(problems.length).toBeGreaterThanOrEqual(3)
  })

  it.each([
    'password: hunter2, hunter2',
    'api_token: "hunter2"',
    'webhook: https://hooks.example.net/hunter2',
    '"clientSecret": hunter2',
    '- {a: 1, passphrase: hunter2}',
  ])('does not repeat a value that looks like a secret: %s', (line) => {
    const {message} = failure(`haproxy:\n  web-lb:\n    ${line}\n`)
    expect(message).toContain('***')
    expect(message).not.toContain('hunter2')
  })

  it('does not repeat a value where a reference to a secret was expected', () => {
    const source = parseSource('auth: hunter2, too')
    expect(source.problem(6, ['auth'], SECRET_HINT).excerpt).toEqual(['  1 | auth: ***', '    |       ^'])
  })

  it('shows fifty problems and counts the rest', () => {
    const many = Array.from({length: 120}, (_, at) => `k${at}: 1`).join('\n')
    const error = failure(many)
    expect(error.problems).toHaveLength(120)
    expect(error.message.split('\n')).toHaveLength(151)
    expect(error.message).toMatch(/… and 70 more problems$/)
  })

  it('survives aliases that multiply', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]',
    ]
    expect(failure(bomb.join('\n')).message).toMatch(/^f\.yaml:1:1: not usable YAML: Excessive alias count/)
  })
})
