import {z} from 'zod'
import {name} from './name.js'
import {type Ssh, showSsh, ssh} from './ssh.js'

export interface LinuxHostEntry {
  name: string
  ssh: Ssh
}

const unit = z
  .string()
  .regex(/^[A-Za-z0-9:_.@\\-]+$/, {error: 'expected the name of a systemd unit, such as nginx.service'})
const cmd = z.strictObject({cmd: z.array(z.string()).min(1)})

const host = z.union(
  [
    name.transform((alias): LinuxHostEntry => ({name: alias, ssh: {host: alias}})),
    z.strictObject({name, ssh}),
  ],
  {error: 'expected a name of the ssh configuration, or {name: NAME, ssh: ...}'},
)

const probe = z.union(
  [
    z
      .string()
      .regex(/^tcp:\d{1,5}$/)
      .transform((text) => ({tcp: Number(text.slice(4))})),
    z.url({protocol: /^https?$/}).transform((url) => ({url})),
    cmd,
  ],
  {error: 'expected tcp:PORT, http://... or {cmd: [PROGRAM, ARGUMENT, ...]}'},
)

/** Hosts of one kind: what is said of them holds for each. */
export const linuxTarget = z
  .strictObject({
    hosts: z
      .array(host)
      .min(1, {error: 'a target needs at least one host'})
      .refine((hosts) => new Set(hosts.map((one) => one.name)).size === hosts.length, {
        error: 'two hosts have the same name',
      }),
    protect: z
      .array(unit)
      .default([])
      .meta({description: 'units that are not restarted without --override protected'}),
    services: z
      .record(
        unit,
        z.strictObject({
          configTest: cmd
            .meta({description: 'run on the host before a restart, as root; exit 0 is good'})
            .exactOptional(),
          probe: probe.meta({description: 'asked on the host after a restart'}).exactOptional(),
        }),
      )
      .default({}),
    expect: z.array(unit).default([]).meta({description: 'units that must be active after a reboot'}),
    verify: cmd.meta({description: 'run on the host after a reboot; exit 0 is good'}).exactOptional(),
  })
  .meta({description: 'linux: hosts with systemd, one or some of a kind'})

export type LinuxTarget = z.output<typeof linuxTarget>

/** As it is written in the inventory. */
export function showLinuxTarget({hosts, services, ...rest}: LinuxTarget): z.input<typeof linuxTarget> {
  return {
    ...rest,
    hosts: hosts.map(showHost),
    services: Object.fromEntries(
      Object.entries(services).map(([at, {probe: asked, ...more}]) => [
        at,
        {...more, ...(asked && {probe: showProbe(asked)})},
      ]),
    ),
  }
}

function showHost({name: called, ssh: way}: LinuxHostEntry): z.input<typeof host> {
  const shown = showSsh(way)
  return shown === called ? called : {name: called, ssh: shown}
}

function showProbe(asked: z.output<typeof probe>): z.input<typeof probe> {
  if ('tcp' in asked) return `tcp:${asked.tcp}`
  return 'url' in asked ? asked.url : asked
}
