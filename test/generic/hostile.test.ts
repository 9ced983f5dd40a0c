import {randomBytes} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Event} from '../../src/lib/engine/event.js'
import {STATES} from '../../src/lib/engine/state.js'
import {FleetError, fleetOf} from '../../src/lib/inventory/fleet/fleet.js'
import {COLUMNS} from '../../src/lib/inventory/fleet/host.js'
import {checkHostKey} from '../../src/lib/remote/fleet/host-check.js'
import type {HostSpec} from '../../src/lib/remote/fleet/messages.js'
import {parsePinnedKeys} from '../../src/lib/remote/fleet/pinned-keys.js'
import {run} from '../../src/lib/remote/process.js'
import {outcomeJsonText} from '../../src/lib/report/json-outcome.js'
import {linesRenderer} from '../../src/lib/report/lines.js'
import {liveRenderer} from '../../src/lib/report/live.js'
import {renderOutcome} from '../../src/lib/report/outcome.js'
import {paint} from '../../src/lib/report/paint.js'
import {filePushCommand} from '../../src/lib/systems/receivers/file-scripts.js'
import {plainCommand, waitCommand} from '../../src/lib/systems/receivers/scripts.js'
import {parseUnit} from '../../src/lib/systems/receivers/unit-state.js'
import {outcome, result} from '../report/samples.js'

/** Anything that a peer, a list or a person may say: pieces that hurt, and any character there is. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({unit: 'binary', maxLength: 20}),
      fc.constantFrom('\x1b[2J', '\x1b]0;owned\x07', '\x9b31m', '\u202e', '\r\n', '\n', '\t', '\ud800'),
      fc.constantFrom("'", '"', '$(touch x)', '`id`', ';', '&', '|', '\\', '-oProxyCommand=x', '..', '/'),
    ),
    {maxLength: 6},
  )
  .map((parts) => parts.join(''))
const word = nasty.map((text) => text.replaceAll('\0', ''))
/** Nothing that moves a cursor, colours, rings, hides or turns text around. */
const HARMFUL = /(?![\n])[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/u

describe('a shell', () => {
  test('gets every word of a command line as it was, whatever is in it', async () => {
    const words = fc.sample(fc.array(word, {minLength: 1, maxLength: 5}), 60)
    for (const argv of words) {
      const line = plainCommand(['printf', '%s\\0', ...argv])
      const {stdout} = await run(['/bin/sh', '-c', line], {
        signal: new AbortController().signal,
        timeoutMs: 20_000,
        env: {},
      })
      const utf8 = argv.map((one) => Buffer.from(one, 'utf8').toString('utf8'))
      expect(stdout.split('\0').slice(0, -1)).toEqual(utf8)
    }
  })

  test('reads no part of a script of ours from an argument', () => {
    fc.assert(
      fc.property(word, word, (one, other) => {
        const plain = (text: string) => plainCommand([text])
        expect(waitCommand(one, other, 1, 2).endsWith(`${plain(one)} ${plain(other)} '1' '2'`)).toBe(true)
        const push = filePushCommand(one, other, 'sha', 'mode', 'owner')
        expect(push.endsWith(`${plain(one)} ${plain(other)} 'sha' 'mode' 'owner'`)).toBe(true)
        const [fixed] = push.split(plain(one))
        expect(fixed).toBe(filePushCommand('a', other, 'sha', 'mode', 'owner').split("'a'")[0])
      }),
    )
  })
})

describe('a list of hosts', () => {
  test('yields names and addresses that are words to every program, or none at all', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (id, address, site) => {
        const rows = [{labels: {id, address, site}, where: 'line 1'}]
        try {
          const [host] = fleetOf({rows, problems: []}, COLUMNS, new Set(), 'list')
          expect(host?.id).toMatch(/^[A-Za-z0-9][\w.-]*$/)
          expect(host?.address).toMatch(/^[A-Za-z0-9:][\w.:%-]*$/)
          expect(host?.labels.site).not.toMatch(HARMFUL)
        } catch (error) {
          if (!(error instanceof FleetError)) throw error
        }
      }),
      {numRuns: 500},
    )
  })
})

describe('a terminal', () => {
  const screenOf = (texts: string[]) => ({
    write: (text: string) => void texts.push(text),
    columns: () => 80,
    rows: () => 24,
    now: () => 0,
    colour: false,
  })

  test('gets nothing harmful of what hosts say, in no rendering', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, fc.constantFrom(...STATES), (step, saw, kind, state) => {
        const one = result(step, state, saw, {says: `${step}: restart`, class: kind})
        const events: Event[] = [
          {type: 'run', run: 'r', steps: 2},
          {type: 'stage', stage: step, says: saw, steps: 60, width: 20},
          {type: 'start', step, says: one.says, undo: false},
          {type: 'saw', step, saw, waitedMs: 0, patienceMs: 1},
          {type: 'end', result: one, undo: false},
          {type: 'note', says: saw},
          {type: 'soak', stage: step, leftMs: 1, saw},
        ]
        const lines: string[] = []
        const log = linesRenderer(screenOf(lines))
        const drawn: string[] = []
        const live = liveRenderer(screenOf(drawn))
        for (const event of events) {
          log.emit(event)
          live.emit(event)
        }
        live.close()
        expect(lines.join('')).not.toMatch(HARMFUL)
        // Of the escapes that it draws with, none is the host's.
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it draws with
        expect(drawn.join('').replace(/\x1b\[(?:\d+A|J|\?25[lh])|\r/g, '')).not.toMatch(HARMFUL)
        const ended = outcome({steps: [one], because: [saw], says: saw, next: [saw]})
        expect(renderOutcome(ended, 80, paint(false)).join('\n')).not.toMatch(HARMFUL)
        const json = outcomeJsonText(ended)
        expect(json).not.toMatch(HARMFUL)
        expect(JSON.parse(json).steps[0].saw).toBe(saw)
      }),
      {numRuns: 300},
    )
  })

  test('garbage is no state of a unit, and never one that was not printed', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const state = parseUnit(text)
        if (state) for (const part of [state.active, state.load]) expect(part).toMatch(/^[a-z-]+$/)
      }),
    )
  })
})

describe('a host key', () => {
  const spec = (pins: string[]): HostSpec => ({
    ...{id: 'rx', address: 'rx', port: 22, via: '', lane: 0, lockStep: false},
    pins,
    unpinned: 'accept',
  })

  test('that differs in one bit from the pinned one is not believed, whatever it is', () => {
    const arbitrary = fc.oneof(fc.uint8Array({minLength: 1, maxLength: 80}), fc.constant(randomBytes(51)))
    fc.assert(
      fc.property(arbitrary, fc.nat(), (bytes, at) => {
        const pinned = Buffer.from(bytes)
        const shown = Buffer.from(pinned)
        const bit = at % (shown.length * 8)
        shown[bit >> 3] = (shown[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(checkHostKey(spec([pinned.toString('base64')]), pinned).trusted).toBe(true)
        const verdict = checkHostKey(spec([pinned.toString('base64')]), shown)
        expect(verdict.trusted).toBe(false)
        if (!verdict.trusted) expect(verdict.fault.message).not.toMatch(HARMFUL)
      }),
    )
  })

  test('is pinned by no line that is not one whole key', () => {
    const good = `rx ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36)]).toString('base64')}`
    expect(parsePinnedKeys(good).of('rx', 22)).toHaveLength(1)
    fc.assert(
      fc.property(nasty, fc.nat(good.length), (text, at) => {
        const broken = parsePinnedKeys(`${good.slice(0, at)}${text}`)
        for (const key of broken.of('rx', 22))
          expect(key).toMatch(/^AAAAC3NzaC1lZDI1NTE5[A-Za-z0-9+/]*={0,2}$/)
      }),
      {numRuns: 500},
    )
  })
})
