import {z} from 'zod'
import {name} from './name.js'
import {secretRef} from './secret.js'

export type RedisAddress = {host: string; port: number}

const WANTED = 'expected HOST:PORT'
const ADDRESS = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^\s:/@[\]]+)):(?<port>\d{1,5})$/

/** `10.0.0.1:6379`, `redis-a.example.net:6379`, `[2001:db8::1]:6379`. */
const address = z
  .string()
  .superRefine((text, context) => {
    const problem = addressProblem(text)
    if (problem !== undefined) context.addIssue({code: 'custom', message: problem})
  })
  .meta({description: 'HOST:PORT', examples: ['10.0.0.1:6379', '[2001:db8::1]:6379']})

const path = z.string().min(1)

const tls = z
  .strictObject({
    ca: path.meta({description: 'PEM file; without it the authorities that Node.js knows'}).exactOptional(),
    cert: path.meta({description: 'PEM file, where the server asks for one'}).exactOptional(),
    key: path.meta({description: 'PEM file, the key of cert'}).exactOptional(),
    servername: path
      .meta({description: 'the name that the certificate must have; without it the address'})
      .exactOptional(),
  })
  .refine(({cert, key}) => (cert === undefined) === (key === undefined), {
    error: 'cert and key go together: add the other one',
  })

/** One cluster. Its nodes are found from the seeds; `addresses` and `machines` go by what the nodes announce. */
export const redisTarget = z
  .strictObject({
    seeds: z.array(address).min(1, {error: 'a cluster needs at least one seed'}),
    user: z.string().min(1).meta({description: 'ACL user; without it the default user'}).exactOptional(),
    password: secretRef.exactOptional(),
    tls: tls.exactOptional(),
    addresses: z
      .record(address, address)
      .meta({description: 'announced ip:port to the HOST:PORT it is reached by from here (NAT, tunnels)'})
      .exactOptional(),
    machines: z
      .record(name, z.array(address).min(1, {error: 'a machine needs at least one node'}))
      .meta({description: 'machine to the announced ip:port of its nodes'})
      .superRefine((machines, context) => {
        const first = new Map<string, string>()
        for (const [machine, nodes] of Object.entries(machines))
          for (const [at, node] of nodes.entries()) {
            const earlier = first.get(node)
            if (earlier === undefined) first.set(node, machine)
            else
              context.addIssue({
                code: 'custom',
                path: [machine, at],
                message: `${node} is on the machine ${earlier} already`,
              })
          }
      })
      .exactOptional(),
  })
  .transform(({seeds, addresses = {}, machines = {}, ...signIn}) => ({
    ...signIn,
    seeds: seeds.map(parseAddress),
    /** Announced, as CLUSTER NODES has it, to where it is reached. */
    addresses: Object.fromEntries(
      Object.entries(addresses).map(([announced, at]) => [announcedText(announced), parseAddress(at)]),
    ),
    /** Announced, as CLUSTER NODES has it, to the machine. */
    machines: Object.fromEntries(
      Object.entries(machines).flatMap(([machine, nodes]) =>
        nodes.map((node) => [announcedText(node), machine]),
      ),
    ),
  }))

export type RedisTarget = z.output<typeof redisTarget>

/** As it is written in the inventory. */
export function showRedisTarget({
  seeds,
  addresses,
  machines,
  ...signIn
}: RedisTarget): z.input<typeof redisTarget> {
  const known = Object.entries(addresses).map(([announced, at]) => [bracketed(announced), addressText(at)])
  const labelled = new Map<string, string[]>()
  for (const [announced, machine] of Object.entries(machines))
    labelled.set(machine, [...(labelled.get(machine) ?? []), bracketed(announced)])
  return {
    seeds: seeds.map(addressText),
    ...signIn,
    ...(known.length > 0 && {addresses: Object.fromEntries(known)}),
    ...(labelled.size > 0 && {machines: Object.fromEntries(labelled)}),
  }
}

function addressProblem(text: string): string | undefined {
  const {port} = ADDRESS.exec(text)?.groups ?? {}
  if (port === undefined) return WANTED
  const number = Number(port)
  return number > 0 && number < 65536 ? undefined : `${WANTED}; port ${port} is not between 1 and 65535`
}

function parseAddress(text: string): RedisAddress {
  const {v6, host = '', port} = ADDRESS.exec(text)?.groups ?? {}
  return {host: v6 ?? host, port: Number(port)}
}

/** CLUSTER NODES has no brackets around IPv6. */
function announcedText(text: string): string {
  const {host, port} = parseAddress(text)
  return `${host}:${port}`
}

function bracketed(announced: string): string {
  const at = announced.lastIndexOf(':')
  return addressText({host: announced.slice(0, at), port: Number(announced.slice(at + 1))})
}

function addressText({host, port}: RedisAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
