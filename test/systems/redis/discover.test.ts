import {afterEach, expect, test} from 'vitest'
import {until} from '../../../src/lib/lab/until.js'
import {calm} from '../../lab/running-lab.js'
import {clusterOf, labNode, runningRedis} from '../../lab/running-redis.js'

const lab = runningRedis()
const at = (name: string) => labNode(lab(), name)
const place = (name: string) => ({host: at(name).host, port: at(name).port})
afterEach(() => lab().restore())

test('one seed is enough to find and read all nodes, in the order of their ids', async () => {
  const survey = await clusterOf(lab(), {seeds: [place('n5')]}).survey(calm)
  expect(survey.map((one) => one.id)).toEqual(
    lab()
      .nodes.map((node) => node.id)
      .sort(),
  )
  for (const one of survey) {
    const node = lab().nodes.find(({id}) => id === one.id)
    expect(one).toMatchObject({
      announced: node?.announced,
      where: node?.announced,
      machine: node?.machine,
      error: '',
      class: '',
      hint: '',
      reading: {id: node?.id},
    })
  }
})

test('without labels the machine is the announced address', async () => {
  const survey = await clusterOf(lab(), {machines: {}}).survey(calm)
  expect(new Set(survey.map((one) => one.machine))).toEqual(new Set(['127.0.1.1', '127.0.1.2', '127.0.1.3']))
})

test('nodes that are dead or hang are listed with the reason, within one limit', async () => {
  const cluster = clusterOf(lab())
  expect(await cluster.reachable(calm)).toHaveLength(6)
  await at('n5').kill()
  await at('n6').pause()
  const from = performance.now()
  const survey = await cluster.survey(calm)
  expect(performance.now() - from).toBeLessThan(6000)
  const of = (name: string) => survey.find(({id}) => id === at(name).id)
  expect(of('n5')).toMatchObject({reading: null, class: expect.stringMatching(/^(ECONNREFUSED|cut-off)$/)})
  expect(of('n5')?.hint).not.toBe('')
  expect(of('n6')).toMatchObject({
    reading: null,
    class: 'time-out',
    error: expect.stringContaining('no answer within 3 s'),
  })
  expect(survey.filter((one) => one.reading !== null)).toHaveLength(4)
  const where = (await cluster.reachable(calm)).map((node) => node.where)
  expect(where).toHaveLength(4)
  expect(where).not.toContain(at('n5').announced)
})

test('a dead seed does not matter while another one answers; none at all is an error that names them', async () => {
  await at('n4').kill()
  expect(await clusterOf(lab(), {seeds: [place('n4'), place('n2')]}).survey(calm)).toHaveLength(6)
  const nobody = clusterOf(lab(), {seeds: [place('n4')]})
  await expect(nobody.survey(calm)).rejects.toMatchObject({
    fault: 'unreachable',
    class: 'ECONNREFUSED',
    message: expect.stringMatching(`^no seed of orders answered: ${at('n4').announced}: .*ECONNREFUSED`),
  })
})

test('once found, the nodes are found again without the seeds', async () => {
  const cluster = clusterOf(lab(), {seeds: [place('n4')]})
  await cluster.survey(calm)
  await at('n4').kill()
  const survey = await cluster.survey(calm)
  expect(survey.filter((one) => one.reading !== null)).toHaveLength(5)
})

test('a node that the first one has forgotten is found through the others', async () => {
  await at('n1').ask('CLUSTER', 'FORGET', at('n6').id)
  const survey = await clusterOf(lab(), {seeds: [place('n1')]}).survey(calm)
  expect(survey.map((one) => one.id)).toContain(at('n6').id)
  expect(survey.find(({id}) => id === at('n1').id)?.reading?.table).toHaveLength(5)
  await at('n1').ask('CLUSTER', 'MEET', at('n6').host, String(at('n6').port), String(at('n6').busPort))
  const knows = async () => (await at('n1').ask('CLUSTER', 'NODES')).includes(at('n6').id)
  expect(await until(knows, 70_000, 200)).toBe(true)
}, 90_000)

test('a node in handshake is listed, and nobody connects to it', async () => {
  await at('n1').ask('CLUSTER', 'MEET', '127.0.1.77', '7', '7')
  const survey = await clusterOf(lab(), {seeds: [place('n1')]}).survey(calm)
  expect(survey.filter((one) => one.class === 'handshake')).toMatchObject([
    {announced: '127.0.1.77:7', reading: null, machine: '127.0.1.77'},
  ])
})

test('an announced address that leads nowhere is an error without the map, and read with it', async () => {
  await at('n6').ask('CONFIG', 'SET', 'cluster-announce-ip', '127.0.9.9')
  const announced = `127.0.9.9:${at('n6').port}`
  const shown = async () => (await at('n1').ask('CLUSTER', 'NODES')).includes(announced)
  expect(await until(shown, 20_000)).toBe(true)
  const seeds = [place('n1')]
  const of = async (cluster: ReturnType<typeof clusterOf>) =>
    (await cluster.survey(calm)).find(({id}) => id === at('n6').id)
  expect(await of(clusterOf(lab(), {seeds}))).toMatchObject({
    announced,
    where: announced,
    machine: '127.0.9.9',
    reading: null,
    class: 'ECONNREFUSED',
  })
  const addresses = {[announced]: place('n6')}
  expect(await of(clusterOf(lab(), {seeds, addresses, machines: {[announced]: 'rack-z'}}))).toMatchObject({
    announced,
    where: at('n6').announced,
    machine: 'rack-z',
    error: '',
    reading: {id: at('n6').id},
  })
  await at('n6').ask('CONFIG', 'SET', 'cluster-announce-ip', '')
})

test('a map that leads to another node is an error, and nothing is read there', async () => {
  const addresses = {[at('n1').announced]: place('n2')}
  const survey = await clusterOf(lab(), {addresses, seeds: [place('n3')]}).survey(calm)
  expect(survey.find(({id}) => id === at('n1').id)).toMatchObject({
    class: 'wrong-node',
    reading: null,
    error: `${at('n2').announced}: this is node ${at('n2').id.slice(0, 8)}, where ${at('n1').id.slice(0, 8)} was expected`,
    hint: 'Check addresses of this cluster in the inventory.',
  })
})

test('a node is had by its id; an unknown one is an error', async () => {
  const cluster = clusterOf(lab(), {seeds: [place('n1')]})
  const n4 = await cluster.node(at('n4').id, calm)
  expect(n4.where).toBe(at('n4').announced)
  expect((await n4.replication(calm)).role).toBe('replica')
  await expect(cluster.node('f'.repeat(40), calm)).rejects.toMatchObject({
    fault: 'unreachable',
    class: 'no-such-node',
  })
})

test('a survey that is called off ends at once', async () => {
  const cluster = clusterOf(lab())
  await cluster.survey(calm)
  for (const node of lab().nodes) await node.pause()
  const abort = new AbortController()
  const surveying = cluster.survey(abort.signal)
  await new Promise(setImmediate)
  const from = performance.now()
  abort.abort()
  await expect(surveying).rejects.toMatchObject({class: 'called-off'})
  expect(performance.now() - from).toBeLessThan(500)
})
