import {writeFile} from 'node:fs/promises'
import {expect, test, vi} from 'vitest'
import {incidents} from '../../src/lib/lab/incidents.js'
import {killProcess} from '../../src/lib/lab/process.js'
import {until} from '../../src/lib/lab/until.js'
import {openVsphereControl} from '../../src/lib/lab/vsphere-control.js'
import {words} from './home.js'
import {gone, rehearsalDesk} from './rehearsal-desk.js'

const at = rehearsalDesk()
vi.setConfig({testTimeout: 180_000, hookTimeout: 60_000})

/** Whom the last break hit; an operator has to find that out. */
async function hit(what: string): Promise<string> {
  const last = (await incidents({stateDir: at.stateDir()})).at(-1)
  return String(last?.detail[what])
}

test('app-hang: every check is green, clients time out, maint is the cure', async () => {
  await at.good('lab up haproxy')
  await at.good('lab break app-hang')
  const app = await hit('app')
  await until(async () => ((await at.score())[0]?.clients?.failed ?? 0) > 0, 20_000, 500)
  expect((await at.good('haproxy check')).stdout).toMatch(/^HEALTHY/)
  const {stdout} = await at.good('haproxy status app')
  const [, sessions = ''] = new RegExp(`^app/${app} +lb1 +UP +1 +(\\d+) `, 'm').exec(stdout) ?? []
  expect(Number(sessions), stdout).toBeGreaterThan(4)

  await at.good(`haproxy maint app/${app} --now --confirm app/${app}`)
  const score = await at.ended()
  expect(score.says).toMatch(new RegExp(`^over .* later, after haproxy maint-now app/${app}$`))
  expect(score.clients).toMatchObject({lost: null})
  expect(score.clients?.longestMs).toBeGreaterThan(4000)

  expect(words(await at.good('lab mend app-hang'))).toContain('its traces are gone')
  const then = JSON.parse((await at.good('lab status --json')).stdout).labs[0].load.byServer[app]
  const now = async () => JSON.parse((await at.good('lab status --json')).stdout).labs[0].load.byServer[app]
  expect(await until(async () => (await now()) > then + 20, 10_000, 500)).toBe(true)
})

test('app-slow: nothing fails, a drain is the cure; what the lab mends is not yours', async () => {
  await at.good('lab up haproxy')
  await at.good('lab break app-slow')
  await until(async () => ((await at.score())[0]?.clients?.longestMs ?? 0) > 1900, 20_000, 500)
  await at.good(`haproxy drain app/${await hit('app')} --yes`)
  const drained = await at.ended()
  expect(drained.says).toContain('after haproxy drain app/')
  expect(drained.clients?.failed).toBe(0)

  await at.good('lab break app-slow')
  expect((await at.redeye('lab score')).code).toBe(13)
  expect(words(await at.good('lab mend'))).toContain('app-slow is mended')
  const mended = await at.ended()
  expect(mended).toMatchObject({state: 'mended', runs: []})
  expect(mended.says).toMatch(/^mended by the lab .* later, not by you$/)
  expect(await at.score()).toHaveLength(2)
  expect((await at.good('lab mend')).stdout).toBe('nothing is broken on purpose\n')
})

test('queue: requests wait and time out in HAProxy until a server is brought back', async () => {
  await at.good('lab up haproxy')
  await at.good('lab break queue')
  await until(async () => ((await at.score())[0]?.clients?.failed ?? 0) > 0, 30_000, 500)
  const left = await hit('left')
  const {stdout} = await at.good('haproxy status app')
  expect(stdout).toMatch(/\d+ requests to app queue on lb\d/)
  expect(stdout.match(/MAINT/g), stdout).toHaveLength(4)

  for (const app of ['s1', 's2', 's3'].filter((one) => one !== left))
    await at.good(`haproxy ready app/${app} --yes --watch 2s`)
  const score = await at.ended()
  expect(score.says).toMatch(/^over .* later, after haproxy ready app\/s/)
  expect(score.clients?.failed).toBeGreaterThan(0)
  await at.good('lab mend queue')
})

test('crash-loop: a restart does not help, the good file does', async () => {
  await at.good('lab up receivers --count 40')
  await at.good('lab break crash-loop --seed 5')
  const looping = 'receivers status --json'
  expect(JSON.stringify(JSON.parse((await at.redeye(looping)).stdout))).toContain('auto-restart')
  const hosts = (await hit('hosts')).split(',')
  const list = `${at.stateDir()}/lab/hosts.txt`
  await writeFile(list, `${hosts.join('\n')}\n`)
  const restart = `receivers restart --hosts ${list} --waves 1,rest --soak 1s --stable 2s --timeout 8s --yes`
  expect((await at.redeye(restart)).code).toBe(6)
  expect((await at.score())[0]?.state).toBe('in force')

  const hint = (await at.good('lab break crash-loop --hint')).stdout
  const [, file = ''] = /push (\S+) \/etc\/receiver.conf/.exec(hint) ?? []
  await at.good(
    `receivers push ${file} /etc/receiver.conf --hosts ${list} --waves 1,rest --soak 1s --restart receiver.service --stable 1s --yes`,
  )
  const score = await at.ended()
  expect(score.says).toContain(`after receivers push`)
  expect(score.runs.map(({command}) => command.split(' ')[1])).toEqual(['restart', 'push'])
  expect(score.clients).toBeNull()
})

test('vsphere: a red host is evacuated; so is one while sessions expire', async () => {
  await at.good('lab up vsphere')
  await at.good('lab break vsphere-host')
  const red = await hit('host')
  expect((await at.good('vsphere status')).stdout).toContain(`${red}: red alarm: Host memory status`)
  await at.good(`vsphere host evacuate ${red} --confirm ${red}`)
  expect((await at.ended()).says).toContain(`after vsphere host evacuate ${red}`)
  await at.good('lab mend')
  expect((await at.good('vsphere status')).stdout).not.toContain('red alarm')

  const broken = await at.good('lab break vsphere-session')
  const host = await hit('host')
  expect(broken.stdout).toContain(`Your task: evacuate ${host} meanwhile.`)
  const {control = ''} = await at.record('vsphere')
  const signIns = async () => (await openVsphereControl(control).logins()).length
  const then = await signIns()
  await at.good(`vsphere host evacuate ${host} --confirm ${host}`)
  expect(await signIns()).toBeGreaterThan(then + 1)
  expect((await at.ended()).says).toContain(`after vsphere host evacuate ${host}`)
})

test('azure-agent: recover brings the guest back', async () => {
  await at.good('lab up azure')
  await at.good('lab break azure-agent')
  const vm = await hit('vm')
  expect((await at.good(`azure vm status ${vm}`)).stdout).toContain('agent Not Ready')
  await at.good(`azure vm recover ${vm} --confirm ${vm}`)
  expect((await at.ended()).says).toContain(`after azure vm recover ${vm}`)
})

test('a surprise is not told before the score', async () => {
  const none = await at.redeye('lab break --surprise')
  expect({code: none.code, says: words(none)}).toMatchObject({
    code: 3,
    says: expect.stringContaining('nothing is up that could be broken'),
  })
  await at.good('lab up azure')
  const broken = await at.good('lab break --surprise --seed 1')
  const told = [
    broken,
    await at.good('lab break'),
    await at.good('lab status'),
    await at.good('lab break --json'),
  ]
  expect(words(broken)).not.toContain('azure-agent')
  for (const one of told) expect(words(one)).not.toContain('in force -')
  expect(words(told[1] ?? broken)).toContain('A surprise is in force.')
  expect(words(told[2] ?? broken)).toContain('broken on purpose: a surprise, for ')
  expect(words(told[2] ?? broken)).not.toMatch(/running:|watch-/)
  expect(JSON.parse(told[3]?.stdout ?? '').surprise).toBe(true)
  const other = await at.redeye('lab break azure-agent')
  expect({code: other.code, says: words(other)}).toMatchObject({
    code: 3,
    says: expect.stringContaining('a surprise is in force'),
  })
  expect(await at.score()).toMatchObject([{name: 'azure-agent', surprise: true, state: 'in force'}])
  expect(words(await at.redeye('lab score'))).toContain('azure-agent (a surprise), broken at')
})

test('when nobody watched, the score says so; down ends what is in force and the watcher', async () => {
  await at.good('lab up azure')
  await at.good('lab break azure-agent')
  const watcher = (await at.record('azure')).processes.find(({spec}) => spec.name === 'watch-1')
  if (!watcher) throw new Error('nobody watches')
  await killProcess(watcher)
  const vm = await hit('vm')
  await at.good(`azure vm recover ${vm} --confirm ${vm}`)
  const [late] = await at.score()
  expect(late).toMatchObject({state: 'over', late: true})
  expect(late?.says).toMatch(/^over .* later at the latest: nobody watched; after azure vm recover/)

  await at.good('lab up haproxy')
  await at.good('lab break azure-agent')
  const records = [await at.record('azure')]
  await at.good('lab down azure')
  expect(await gone(records)).toBe(true)
  expect((await at.ended()).says).toMatch(/^not over when the lab was taken down/)
  await at.good('lab down haproxy')
  expect((await at.good('lab score')).stdout).toContain('nothing was broken')
})

test('what can not be broken or mended', async () => {
  for (const [command, code, says] of [
    ['lab break', 0, 'Nothing is up; start the lab with: redeye lab up'],
    ['lab break redis-mater', 2, 'there is no break redis-mater; did you mean redis-master?'],
    ['lab mend redis-mater', 2, 'there is no break redis-mater; did you mean redis-master?'],
    ['lab break redis-master', 3, 'redis-master needs the redis lab, which is not up'],
    ['lab mend redis-master', 3, 'redis-master is not in force'],
    ['lab mend', 0, 'nothing is broken on purpose'],
    ['lab break redis-master --surprise', 2, 'say either a name or --surprise'],
    ['lab score', 0, 'nothing was broken; see redeye lab break'],
  ] as const) {
    const ended = await at.redeye(command)
    expect({command, code: ended.code, says: words(ended)}).toMatchObject({
      code,
      says: expect.stringContaining(says),
    })
  }
})
