import {expect, test} from 'vitest'
import {perform} from '../../src/lib/engine/perform.js'
import type {Stage, Step} from '../../src/lib/engine/step.js'
import {bench, fault, oneStage, request, switches, world} from './world.js'

const HOSTS = Array.from({length: 24}, (_, at) => `h${at}`)
const numberOf = (id: string) => Number(id.slice(1))
const siteOf = (id: string) => `site/${numberOf(id) % 3}`

/** Twenty-four switches at three sites; records how many of each lane are in flight, and in what order they ran. */
function sites(lanesOf: (id: string) => string[], more: Partial<Stage>, failing: string[] = []) {
  const where = world(HOSTS)
  const now = new Map<string, number>()
  const most = new Map<string, number>()
  const order: string[] = []
  where.meddle = async (id) => {
    order.push(id)
    for (const lane of lanesOf(id)) {
      now.set(lane, (now.get(lane) ?? 0) + 1)
      most.set(lane, Math.max(most.get(lane) ?? 0, now.get(lane) ?? 0))
    }
    for (let turn = 0; turn <= numberOf(id) % 5; turn += 1) await new Promise((done) => setImmediate(done))
    for (const lane of lanesOf(id)) now.set(lane, (now.get(lane) ?? 0) - 1)
    if (failing.includes(id)) throw fault('answered', 'broken')
  }
  const plain = switches(oneStage(HOSTS, more), {onFailure: 'stop'})
  const runbook: typeof plain = {
    ...plain,
    stages: (...all) =>
      plain.stages(...all).map((stage) => ({
        ...stage,
        steps: stage.steps.map((one): Step => ({...one, lanes: lanesOf(one.id)})),
      })),
  }
  return {where, most, order, runbook}
}

test('a lane bounds what is in flight of it, whatever the width', async () => {
  const {where, most, runbook} = sites((id) => [siteOf(id)], {
    width: 24,
    lanes: {'site/0': 1, 'site/1': 2, 'site/2': 3},
  })
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.totals.changed).toBe(24)
  expect(Object.fromEntries(most)).toEqual({'site/0': 1, 'site/1': 2, 'site/2': 3})
})

test('a step in two lanes waits for both, and others pass it', async () => {
  const {where, most, order, runbook} = sites((id) => ['source', `target/${numberOf(id) < 20 ? 'a' : 'b'}`], {
    width: 24,
    lanes: {source: 4, 'target/a': 2},
  })
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.totals.changed).toBe(24)
  expect(most.get('source')).toBe(4)
  expect(most.get('target/a')).toBe(2)
  expect(order.slice(0, 4)).toEqual(['h0', 'h1', 'h20', 'h21'])
})

test('a step that fails gives its lane back, and a halt lets nobody wait', async () => {
  const tolerated = sites((id) => [siteOf(id)], {width: 24, lanes: {'site/0': 1}, budget: {failures: 9}}, [
    'h0',
    'h3',
  ])
  const {outcome} = await perform(tolerated.runbook, tolerated.where, request(HOSTS), bench())
  expect(outcome.totals).toMatchObject({changed: 22, failed: 2})

  const halted = sites(() => ['all'], {width: 24, lanes: {all: 1}}, ['h1'])
  const stopped = await perform(halted.runbook, halted.where, request(HOSTS), bench())
  expect(stopped.outcome.totals).toMatchObject({changed: 1, failed: 1, 'not-started': 22})
})

test('what a lane without a number holds is not bounded', async () => {
  const {where, most, runbook} = sites(() => ['all'], {width: 8})
  await perform(runbook, where, request(HOSTS), bench())
  expect(most.get('all')).toBe(8)
})

test('a step that failed may keep its lane; the run ends once nothing else can begin', async () => {
  const more = {
    width: 24,
    lanes: {'site/0': 1, 'site/1': 2},
    budget: {failures: 9},
    failuresHoldLanes: true as const,
  }
  const {where, runbook} = sites((id) => [siteOf(id)], more, ['h6', 'h1'])
  const {outcome} = await perform(runbook, where, request(HOSTS), bench())
  expect(outcome.verdict).toBe('partial')
  expect(outcome.says).toBe('what is left must wait for steps that failed, and they are still out')
  // Site 0 ends at its third host, site 1 goes on one at a time, site 2 is not touched by it.
  expect(outcome.totals).toMatchObject({changed: 2 + 7 + 8, failed: 2, 'not-started': 5})
})
