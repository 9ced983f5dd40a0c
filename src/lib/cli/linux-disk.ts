import type {Json} from '../engine/json.js'
import {bytesText, percentOf} from '../runbooks/linux/bytes.js'
import type {CleanInput} from '../runbooks/linux/disk-input.js'
import {holdersText} from '../runbooks/linux/guards/disk.js'
import {type Fs, type Large, surveyLarge} from '../systems/linux/disk.js'
import {CLASSES} from '../systems/linux/disk-classes.js'
import type {Environment} from './environment.js'
import type {CommonFlags} from './flags.js'
import {hostsOf} from './linux-hosts.js'
import {reading} from './reading.js'
import {parseSize} from './size.js'
import {statusLines} from './status-lines.js'
import {UsageError} from './usage-error.js'

const SHOWN = 10

export interface CleanFlags extends CommonFlags {
  mount: string
  class?: string | undefined
  need?: string | undefined
  'journal-keep': string
  'log-days': number
  'core-days': number
  'tmp-days': number
}

/** @throws UsageError */
export async function cleanInputOf(name: string, flags: CleanFlags, at: Environment): Promise<CleanInput> {
  const keepBytes = parseSize(flags['journal-keep'])
  if (keepBytes === undefined)
    throw new UsageError(`--journal-keep ${flags['journal-keep']}: write a size such as 200M`)
  return {
    host: await oneHost(name, flags, at),
    mount: mountOf(flags.mount),
    classes: classesOf(flags.class),
    need: needOf(flags.need),
    keepBytes,
    days: {logs: flags['log-days'], core: flags['core-days'], tmp: flags['tmp-days']},
  }
}

/** What fills a disk. @throws UsageError, RemoteError */
export async function diskUsage(
  name: string,
  flags: CommonFlags & {mount: string; depth: number},
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  const host = await oneHost(name, flags, at)
  const mount = mountOf(flags.mount)
  const large = await reading(flags.inventory, at, async (systems, signal) =>
    surveyLarge(await systems.linux(host), mount, flags.depth, signal),
  )
  return {
    lines: statusLines({
      tables: [fsTable(large.all), sizeTable(mount, large)].filter(({rows}) => rows.length > 0),
      notes: notesOf(large),
    }),
    json: {host, mount, ...large},
  }
}

async function oneHost(name: string, flags: CommonFlags, at: Environment): Promise<string> {
  const [host, ...more] = await hostsOf([name], flags.inventory, at)
  if (!host || more.length > 0) throw new UsageError(`${name} is ${more.length + 1} hosts: name one`)
  return host.name
}

function mountOf(text: string): string {
  if (!text.startsWith('/')) throw new UsageError(`--mount ${text}: write the whole path of a mount point`)
  return text.length > 1 ? text.replace(/\/+$/, '') : text
}

function classesOf(text: string | undefined): CleanInput['classes'] {
  if (text === undefined) return [...CLASSES]
  return text.split(',').map((part) => {
    const known = CLASSES.find((one) => one === part.trim())
    if (!known) throw new UsageError(`--class ${part}: there are ${CLASSES.join(', ')}`)
    return known
  })
}

function needOf(text: string | undefined): CleanInput['need'] {
  if (text === undefined) return null
  const percent = /^\d{1,3}%$/.test(text) ? Number(text.slice(0, -1)) : 0
  if (percent > 0 && percent <= 100) return {percent}
  const bytes = parseSize(text)
  if (bytes !== undefined && bytes > 0) return {bytes}
  throw new UsageError(`--need ${text}: write what must be free (5G), or how full it may be (80%)`)
}

function fsTable(all: readonly Fs[]) {
  return {
    columns: [
      {name: 'mount', shrink: true},
      {name: 'type'},
      {name: 'size', align: 'right' as const},
      {name: 'used', align: 'right' as const},
      {name: 'free', align: 'right' as const},
      {name: '%', align: 'right' as const},
      {name: 'inodes', align: 'right' as const},
      {name: ''},
    ],
    rows: all.map(({where, kind, size, used, free, inodes, inodesUsed, readOnly}) => [
      where,
      kind,
      bytesText(size),
      bytesText(used),
      bytesText(free),
      `${percentOf(used, used + free)} %`,
      inodes === 0 ? '-' : `${percentOf(inodesUsed, inodes)} %`,
      readOnly ? 'read-only' : '',
    ]),
  }
}

function sizeTable(mount: string, {dirs, files}: Large) {
  const largest = [
    ...dirs.filter(({path}) => path !== mount).map((one) => ({...one, path: `${one.path}/`})),
    ...files,
  ]
  return {
    columns: [
      {name: 'size', align: 'right' as const},
      {name: `largest below ${mount}`, shrink: true},
    ],
    rows: largest
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, SHOWN)
      .map(({path, bytes}) => [bytesText(bytes), path]),
  }
}

function notesOf({all, deleted}: Large): string[] {
  return [
    ...all
      .filter(({inodes, inodesUsed}) => percentOf(inodesUsed, inodes) >= 95)
      .map(
        ({where}) =>
          `${where} has hardly any inodes left: too many files, not too many bytes; "no space left" all the same`,
      ),
    ...all
      .filter(({used, free}) => percentOf(used, used + free) >= 90)
      .map(({where, free}) => `${where} is nearly full: ${bytesText(free)} free`),
    ...(deleted.length > 0 ? [`deleted and still held open: ${holdersText(deleted)}`] : []),
  ]
}
