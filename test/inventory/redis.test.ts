import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {z} from 'zod'
import {inventoryJsonSchema} from '../../src/lib/inventory/json-schema.js'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {runsProgram} from '../../src/lib/inventory/secret.js'
import {showInventory, showInventoryYaml} from '../../src/lib/inventory/show.js'

const FULL = `redis:
  orders:
    seeds: [10.0.0.1:6379, redis-b.example.net:6379, "[2001:db8::1]:6379"]
    user: ops
    password: {cmd: [op, read, op://ops/redis]}
    tls: {ca: ca.pem, cert: ops.pem, key: ops.key, servername: redis.example.net}
    addresses:
      10.0.0.1:6379: localhost:7001
      "[2001:db8::1]:6379": "[::1]:7002"
    machines:
      rack-a: [10.0.0.1:6379, "[2001:db8::1]:6379"]
      rack-b: [10.0.0.2:6379]
  small: {seeds: [10.0.1.1:6379]}
`

describe('a redis cluster of the inventory', () => {
  it('gets parsed addresses, and keys as the cluster announces them', () => {
    const {redis} = parseInventory(FULL, 'f')
    expect(redis).toEqual({
      orders: {
        seeds: [
          {host: '10.0.0.1', port: 6379},
          {host: 'redis-b.example.net', port: 6379},
          {host: '2001:db8::1', port: 6379},
        ],
        user: 'ops',
        password: {cmd: ['op', 'read', 'op://ops/redis']},
        tls: {ca: 'ca.pem', cert: 'ops.pem', key: 'ops.key', servername: 'redis.example.net'},
        addresses: {
          '10.0.0.1:6379': {host: 'localhost', port: 7001},
          '2001:db8::1:6379': {host: '::1', port: 7002},
        },
        machines: {'10.0.0.1:6379': 'rack-a', '2001:db8::1:6379': 'rack-a', '10.0.0.2:6379': 'rack-b'},
      },
      small: {seeds: [{host: '10.0.1.1', port: 6379}], addresses: {}, machines: {}},
    })
    expect(runsProgram(redis)).toBe(true)
  })

  it('is shown as it is written, and reads back as the same', () => {
    const inventory = parseInventory(FULL, 'f')
    expect(showInventory(inventory).redis).toEqual(parse(FULL).redis)
    expect(parseInventory(showInventoryYaml(inventory), 'shown')).toEqual(inventory)
  })

  it('fits the JSON Schema, and what is broken does not', () => {
    const schema = z.fromJSONSchema(inventoryJsonSchema() as never)
    expect(schema.safeParse(parse(FULL)).error).toBeUndefined()
    expect(schema.safeParse({redis: {a: {seeds: []}}}).success).toBe(false)
    expect(schema.safeParse({redis: {a: {seeds: ['h:1'], pasword: 1}}}).success).toBe(false)
  })

  it.each([
    ['no seeds', '{}', ['redis.a.seeds: missing; expected a list']],
    ['an empty list of seeds', '{seeds: []}', ['redis.a.seeds: a cluster needs at least one seed']],
    ['a seed without port', '{seeds: [10.0.0.1]}', ['redis.a.seeds[0]: expected HOST:PORT']],
    ['a seed as a URL', '{seeds: ["redis://h:1"]}', ['redis.a.seeds[0]: expected HOST:PORT']],
    ['IPv6 without brackets', '{seeds: ["::1:7000"]}', ['redis.a.seeds[0]: expected HOST:PORT']],
    [
      'a port too high',
      '{seeds: [h:65536]}',
      ['redis.a.seeds[0]: expected HOST:PORT; port 65536 is not between 1 and 65535'],
    ],
    ['a misspelt key', '{seeds: [h:1], usr: x}', ['redis.a.usr: unknown key; did you mean user?']],
    [
      'a password in plain text',
      '{seeds: [h:1], password: hunter2}',
      [
        'redis.a.password: a secret is a reference: {env: NAME}, {file: PATH} or {cmd: [PROGRAM, ARGUMENT, ...]}',
      ],
    ],
    [
      'a certificate without its key',
      '{seeds: [h:1], tls: {cert: a.pem}}',
      ['redis.a.tls: cert and key go together: add the other one'],
    ],
    [
      'an unknown key of tls',
      '{seeds: [h:1], tls: {sni: a}}',
      ['redis.a.tls.sni: unknown key; known here: ca, cert, key, servername'],
    ],
    [
      'addresses without ports',
      '{seeds: [h:1], addresses: {10.0.0.1: "b:2", "10.0.0.2:1": c}}',
      [
        'redis.a.addresses["10.0.0.1"]: expected HOST:PORT',
        'redis.a.addresses["10.0.0.2:1"]: expected HOST:PORT',
      ],
    ],
    [
      'a node on two machines',
      '{seeds: [h:1], machines: {x: [h:1], y: [h:2, h:1]}}',
      ['redis.a.machines.y[1]: h:1 is on the machine x already'],
    ],
    [
      'machines that are none',
      '{seeds: [h:1], machines: {"z z": [h:3], w: []}}',
      [
        'redis.a.machines["z z"]: a name has only letters, digits, "_", "." and "-"',
        'redis.a.machines.w: a machine needs at least one node',
      ],
    ],
  ])('with %s is refused', (_, target, expected) => {
    const thrown = attempt(`redis: {a: ${target}}`)
    const said = thrown.split('\n').filter((line) => line.startsWith('f.yaml:1:'))
    expect(said.map((line) => line.replace(/^f\.yaml:1:\d+: /, ''))).toEqual(expected)
    expect(thrown).not.toContain('hunter2')
  })
})

function attempt(text: string): string {
  try {
    parseInventory(text, 'f.yaml')
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was accepted')
}
