import {writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {Clock} from '../../../src/lib/engine/clock.js'
import {freePort} from '../../../src/lib/lab/free-port.js'
import type {GateInput} from '../../../src/lib/runbooks/receivers/input.js'
import {restart} from '../../../src/lib/runbooks/receivers/restart.js'
import {datadogEndpoint, KEYS} from '../../systems/datadog/endpoint.js'
import {restartOf} from './inputs.js'
import {type Operated, operate} from './operate.js'
import {room} from './room.js'

const HOSTS = 12
const {fleet, place, restarts} = room(HOSTS)

/** Ten seconds between two questions are a tenth of one. */
const quick: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(Math.min(ms, 100), undefined, signal && {signal}).catch(() => {}),
}

const gated = (gate: GateInput) =>
  restartOf(HOSTS, {waves: [{hosts: 1}, 'rest'], soakMs: 500, stableMs: 0, gate})
const run = (gate: GateInput, env: Record<string, string> = {}) =>
  operate({...place(), env}, restart, gated(gate), {overrides: ['canary'], clock: quick})

async function stoppedAfterTheCanary({outcome}: Operated, saw: string): Promise<void> {
  expect(outcome).toMatchObject({verdict: 'partial', totals: {changed: 1, 'not-started': HOSTS - 1}})
  expect(outcome.says).toContain(saw)
  expect(outcome.next.join()).toContain('redeye runs resume')
  expect(await restarts()).toEqual({0: HOSTS - 1, 1: 1})
}

async function wentOn({outcome}: Operated): Promise<void> {
  expect(outcome).toMatchObject({verdict: 'done', totals: {changed: HOSTS}})
  expect(await restarts()).toEqual({1: HOSTS})
}

describe('a command', () => {
  test('that goes on failing stops the run after its canary', async () => {
    const ended = await run({command: 'echo "3 of 40 channels are silent"; exit 2'})
    await stoppedAfterTheCanary(ended, 'exit 2: 3 of 40 channels are silent')
  })

  test('that fails once is asked again', async () => {
    const file = join(place().stateDir, 'asked')
    await writeFile(file, '')
    await wentOn(await run({command: `echo x >> '${file}'; test "$(wc -l < '${file}')" -ge 2`}))
  })
})

describe('a URL', () => {
  test.each([
    [503, stoppedAfterTheCanary],
    [204, wentOn],
  ])('that answers %i', async (status, ends) => {
    const server = createServer((_, response) => response.writeHead(status).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const {port} = server.address() as AddressInfo
    await ends(await run({url: `http://127.0.0.1:${port}/coverage`}), `status ${status}`)
  })

  test('that nobody answers does not open the gate', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}/`
    await stoppedAfterTheCanary(await run({url: nobody}), 'ECONNREFUSED')
  })
})

describe('a monitor of Datadog', () => {
  test.each(['Alert', 'Warn', 'No Data'])('that is %s stops the run', async (state) => {
    const datadog = await datadogEndpoint(12)
    datadog.says(state)
    const ended = await run({monitor: 12}, {...KEYS, DATADOG_HOST: datadog.url})
    await stoppedAfterTheCanary(ended, `monitor 12 is ${state}`)
    expect(datadog.asked).toBe(2)
  })

  test('that is OK lets it go on, and its keys are shown nowhere', async () => {
    const datadog = await datadogEndpoint(12)
    const ended = await run({monitor: 12}, {...KEYS, DATADOG_HOST: datadog.url})
    await wentOn(ended)
    expect(datadog.asked).toBeGreaterThan(2)
    expect(JSON.stringify(ended)).not.toContain(KEYS.DD_API_KEY)
  })
})

test('before the canary nobody is asked', async () => {
  const datadog = await datadogEndpoint(12)
  await fleet().control.behave([], {unit: 'fails'})
  const {outcome} = await run({monitor: 12}, {...KEYS, DATADOG_HOST: datadog.url})
  expect(outcome).toMatchObject({totals: {failed: 1, 'not-started': HOSTS - 1}})
  expect(datadog.asked).toBe(0)
})
