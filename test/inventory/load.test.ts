import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {z} from 'zod'
import {inventoryJsonSchema} from '../../src/lib/inventory/json-schema.js'
import {loadInventory} from '../../src/lib/inventory/load.js'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {InventoryError} from '../../src/lib/inventory/problem.js'
import {inventorySchema, SYSTEMS} from '../../src/lib/inventory/schema.js'
import {showInventory, showInventoryYaml} from '../../src/lib/inventory/show.js'

const FULL = `# yaml-language-server: $schema=redeye.schema.json
haproxy:
  web-lb:
    instances:
      - name: lb1
        socket: unix:/run/haproxy/admin.sock
        ssh: lb1.example.net
      - name: lb2
        socket: unix:/run/haproxy/admin.sock
        ssh: {host: lb2.example.net, port: 2222, user: ops, identity: [~/.ssh/ops],
              passphrase: {cmd: [op, read, op://lb/ops]}, jump: [ops@bastion:22]}
  local:
    instances:
      - {name: a, socket: "tcp:[::1]:9999"}
      - {name: b, socket: "tcp:127.0.0.1:9998", }
`

/** Every system, without targets. */
const EMPTY = {...Object.fromEntries(SYSTEMS.map((system) => [system, {}])), announce: []}
const NORMAL = {
  ...EMPTY,
  haproxy: {
    'web-lb': {
      instances: [
        {
          name: 'lb1',
          socket: {kind: 'unix', path: '/run/haproxy/admin.sock'},
          ssh: {host: 'lb1.example.net'},
        },
        {
          name: 'lb2',
          socket: {kind: 'unix', path: '/run/haproxy/admin.sock'},
          ssh: {
            host: 'lb2.example.net',
            port: 2222,
            user: 'ops',
            identityFiles: ['~/.ssh/ops'],
            passphrase: {cmd: ['op', 'read', 'op://lb/ops']},
            jump: ['ops@bastion:22'],
          },
        },
      ],
    },
    local: {
      instances: [
        {name: 'a', socket: {kind: 'tcp', host: '::1', port: 9999}},
        {name: 'b', socket: {kind: 'tcp', host: '127.0.0.1', port: 9998}},
      ],
    },
  },
}

let directory: string
let cwd: string
let configHome: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'redeye-inventory-'))
  cwd = join(directory, 'cwd')
  configHome = join(directory, 'config')
  mkdirSync(cwd)
  mkdirSync(join(configHome, 'redeye'), {recursive: true})
})
afterEach(() => {
  rmSync(directory, {recursive: true, force: true})
})

function write(path: string, target: string): string {
  writeFileSync(path, `haproxy: {${target}: {instances: [{name: i, socket: "unix:/s"}]}}\n`)
  return path
}

describe('loadInventory', () => {
  it('goes by --inventory, REDEYE_INVENTORY, the directory, then the configuration', async () => {
    const files = {
      explicit: write(join(cwd, 'explicit.yaml'), 'explicit'),
      env: write(join(cwd, 'env.yaml'), 'env'),
      here: write(join(cwd, 'redeye.yaml'), 'here'),
      config: write(join(configHome, 'redeye', 'redeye.yaml'), 'config'),
    }
    const loaded = async (named: {explicit?: string; env?: string}) => {
      const {inventory, source} = await loadInventory({...named, cwd, configHome})
      return [Object.keys(inventory.haproxy)[0], source]
    }
    expect(await loaded({explicit: 'explicit.yaml', env: 'env.yaml'})).toEqual(['explicit', files.explicit])
    expect(await loaded({env: files.env})).toEqual(['env', files.env])
    expect(await loaded({env: ''})).toEqual(['here', files.here])
    rmSync(files.here)
    expect(await loaded({})).toEqual(['config', files.config])
  })

  it('says where it looked and how to begin; the example is valid', async () => {
    const error = await loadInventory({cwd, configHome}).catch((thrown: unknown) => thrown)
    if (!(error instanceof InventoryError)) throw new Error('expected an InventoryError')
    const [first, ...lines] = error.message.split('\n')
    expect(first).toBe('no inventory found; looked for')
    expect(lines.slice(0, 2)).toEqual([
      `  ${join(cwd, 'redeye.yaml')} (this directory)`,
      `  ${join(configHome, 'redeye', 'redeye.yaml')} (your configuration)`,
    ])
    const example = lines.slice(lines.indexOf('') + 1)
    expect(example).toHaveLength(6)
    const {haproxy} = parseInventory(example.map((line) => line.slice(2)).join('\n'), 'example')
    expect(Object.keys(haproxy)).toEqual(['web-lb'])
  })

  it('does not fall back when the file that was named is missing', async () => {
    write(join(cwd, 'redeye.yaml'), 'here')
    await expect(loadInventory({explicit: 'other.yaml', cwd, configHome})).rejects.toThrow(
      `looked for\n  ${join(cwd, 'other.yaml')} (--inventory)\n`,
    )
    await expect(loadInventory({env: 'other.yaml', cwd, configHome})).rejects.toThrow('(REDEYE_INVENTORY)')
  })

  it('does not go on when a file is there but cannot be read', async () => {
    mkdirSync(join(cwd, 'redeye.yaml'))
    write(join(configHome, 'redeye', 'redeye.yaml'), 'config')
    await expect(loadInventory({cwd, configHome})).rejects.toThrow(
      `cannot read the inventory ${join(cwd, 'redeye.yaml')}: EISDIR`,
    )
  })

  it('names the file in its messages', async () => {
    const path = join(cwd, 'redeye.yaml')
    writeFileSync(path, 'haproxi: 1\n')
    chmodSync(path, 0o600)
    await expect(loadInventory({cwd, configHome})).rejects.toThrow(
      `${path}:1:1: haproxi: unknown key; did you mean haproxy?`,
    )
  })
})

describe('parseInventory', () => {
  it('gives the value in one form, whatever the form in the file', () => {
    expect(parseInventory(FULL, 'f')).toEqual(NORMAL)
  })

  it('takes JSON, and a file without targets', () => {
    expect(parseInventory(JSON.stringify(parse(FULL)), 'f')).toEqual(NORMAL)
    expect(parseInventory('{}', 'f')).toEqual(EMPTY)
  })

  it.each([
    [
      'a list of 30,000 instances',
      thousands((at) => `      - {name: lb${at}, socket: unix:/s}`, ['  big:', '    instances:']),
    ],
    [
      'a map of 30,000 targets',
      thousands((at) => `  t${at}: {instances: [{name: i, socket: "unix:/s"}]}`, []),
    ],
  ])('reads %s in seconds', (_, text) => {
    const began = performance.now()
    const {haproxy} = parseInventory(text, 'f')
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(Object.keys(haproxy).length * (haproxy.big?.instances.length ?? 1)).toBe(30_000)
  })

  it('finds one duplicate among 30,000 keys in seconds', () => {
    const text = thousands(
      (at) => `  t${at === 29_999 ? 7 : at}: {instances: [{name: i, socket: "unix:/s"}]}`,
      [],
    )
    const began = performance.now()
    expect(() => parseInventory(text, 'f')).toThrow('f:30001:3: haproxy.t7: this key is already on line 9')
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('show', () => {
  it('reads back as the same inventory', () => {
    const inventory = parseInventory(FULL, 'f')
    expect(parseInventory(showInventoryYaml(inventory), 'shown')).toEqual(inventory)
    expect(parseInventory(JSON.stringify(showInventory(inventory)), 'shown')).toEqual(inventory)
    expect(showInventory(inventory).haproxy?.local).toEqual({
      instances: [
        {name: 'a', socket: 'tcp:[::1]:9999'},
        {name: 'b', socket: 'tcp:127.0.0.1:9998'},
      ],
    })
  })
})

describe('inventoryJsonSchema', () => {
  const schema = z.fromJSONSchema(inventoryJsonSchema() as never)

  it('accepts the file as it is written', () => {
    expect(schema.safeParse(parse(FULL)).error).toBeUndefined()
    expect(schema.safeParse({}).success).toBe(true)
  })

  it.each([
    ['an unknown key', {haproxy: {a: {instances: [{name: 'x', socket: 'unix:/s', sssh: 1}]}}}],
    ['no instance', {haproxy: {a: {instances: []}}}],
    ['a bad name', {haproxy: {a: {instances: [{name: 'x y', socket: 'unix:/s'}]}}}],
    ['an unknown system', {nonsense: {}}],
  ])('refuses %s', (_, value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })
})

function thousands(line: (at: number) => string, head: string[]): string {
  return ['haproxy:', ...head, ...Array.from({length: 30_000}, (_, at) => line(at))].join('\n')
}

it('announcements know every system, and documents', () => {
  const systems = Object.keys(inventorySchema.shape).map((key) => (key === 'announce' ? 'book' : key))
  const {announce} = inventorySchema.parse({announce: [{datadog: {}, systems}]})
  expect(announce).toMatchObject([{systems}])
})
