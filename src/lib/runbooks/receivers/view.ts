import type {Table} from '../../engine/runbook.js'
import type {Facts} from './facts.js'
import {soakMs} from './fan-out.js'
import {gateText} from './gate.js'
import {widthOf} from './guards/reach.js'
import type {FanOut} from './input.js'
import {failuresText, stopsAt, unreachableText} from './limits.js'
import {hostsText} from './names.js'
import {waveSizes} from './waves.js'

/** Values of a label, and states, that are shown; the others are summed up. */
const VALUES = 5
const STATES = 6
/** To connect, sign in and look, beside the waiting. */
const OVERHEAD_MS = 5000

/** What is selected, how it is, and in which waves its turn comes. */
export function tablesOf(asked: FanOut, facts: Facts): Table[] {
  return [...labelTable(facts), ...todayTable(facts), waveTable(asked), ...bastionTable(facts)]
}

/** How the selection falls apart: one line a label. */
function labelTable({chosen}: Facts): Table[] {
  if (chosen.counts.length === 0) return []
  const table: Table = {
    columns: [{name: 'label'}, {name: 'hosts by value', shrink: true}],
    rows: chosen.counts.map(({label, values}) => [label, shares(values)]),
  }
  return [table]
}

function shares(values: readonly [string, number][]): string {
  const shown = values.slice(0, VALUES).map(([value, count]) => `${value || '(none)'} ${count}`)
  const rest = values.slice(VALUES)
  const others = rest.reduce((sum, [, count]) => sum + count, 0)
  return [...shown, ...(rest.length > 0 ? [`${rest.length} others ${others}`] : [])].join(', ')
}

/** How the hosts are, where they were asked. */
function todayTable({now: {today}}: Facts): Table[] {
  if (today.length === 0) return []
  const rest = today.slice(STATES).reduce((sum, {hosts}) => sum + hosts, 0)
  const rows = today.slice(0, STATES).map(({state, hosts}) => [state, String(hosts)])
  return [
    {
      columns: [
        {name: 'right now', shrink: true},
        {name: 'hosts', align: 'right'},
      ],
      rows: rest > 0 ? [...rows, ['others', String(rest)]] : rows,
    },
  ]
}

/** The waves, with what stops each of them in numbers. */
function waveTable(asked: FanOut): Table {
  const sizes = waveSizes(asked.waves, asked.hosts)
  let tried = 0
  return {
    columns: [
      {name: 'wave'},
      {name: 'hosts', align: 'right'},
      {name: 'in all', align: 'right'},
      {name: 'stops when', shrink: true},
      {name: 'then watched', align: 'right'},
    ],
    rows: sizes.map((size, at) => {
      tried += size
      return [
        String(at + 1),
        String(size),
        String(tried),
        `the ${ordinal(stopsAt(asked, at, tried))} of ${tried} fails`,
        at < sizes.length - 1 ? timeText(soakMs(asked, at)) : '',
      ]
    }),
  }
}

function bastionTable({now}: Facts): Table[] {
  if (now.bastions.length === 0) return []
  return [
    {
      columns: [{name: 'bastion'}, {name: 'hosts', align: 'right'}, {name: 'answers', shrink: true}],
      rows: now.bastions.map(({name, hosts, error}) => [name, String(hosts), error || 'yes']),
    },
  ]
}

/** What a person needs to know of the course, whatever is done to one host. @param perHostMs what one takes */
export function courseNotes(asked: FanOut, facts: Facts, perHostMs: number): string[] {
  const {order, spread, gate, retryUnreachable} = asked
  const width = widthOf(asked, facts)
  return [
    `selected: ${facts.chosen.words}`,
    `order: ${order.by}${order.by === 'inventory' ? '' : `, seed ${order.seed}`}; at most ${width} hosts at a time`,
    `stops when more than ${failuresText(asked)} fail, none in the first wave; out of reach counts apart: more than ${unreachableText(asked)}`,
    ...(retryUnreachable > 0
      ? [
          `hosts out of reach are tried again ${retryUnreachable === 1 ? 'once' : `${retryUnreachable} times`}, at the end of their wave`,
        ]
      : []),
    ...(spread
      ? [
          `at most ${spread.maxOutPercent} % of each ${spread.label} (one host at least) is out at once, over all waves`,
        ]
      : []),
    ...(gate ? [`between waves, every 10 s, two bad answers in a row stop it: ${gateText(gate)}`] : []),
    `takes about ${timeText(expectedMs(asked, width, perHostMs))}, if a host takes ${timeText(perHostMs)} and none is slow`,
  ]
}

function expectedMs(asked: FanOut, width: number, perHostMs: number): number {
  const sizes = waveSizes(asked.waves, asked.hosts)
  return sizes.reduce((sum, size, at) => {
    const turns = Math.ceil(size / width)
    return sum + turns * (perHostMs + OVERHEAD_MS) + (at < sizes.length - 1 ? soakMs(asked, at) : 0)
  }, 0)
}

export function titleOf(what: string, asked: FanOut, {chosen}: Facts): string {
  return `${what} on ${hostsText(asked.hosts)} of ${asked.fleet} (it has ${chosen.of})`
}

export function timeText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function ordinal(count: number): string {
  const ending =
    count % 100 >= 11 && count % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')
  return `${count}${ending}`
}
