import {afterEach, expect, test} from 'vitest'
import {calm} from '../../lab/running-lab.js'
import {refOf, runningVsphere, vcenterOf} from './running.js'

const lab = runningVsphere({hosts: 3, vms: 3})
afterEach(() => lab().control.forget())

test('a wrong password is tried once, however often somebody asks', async () => {
  const {vc, count} = vcenterOf(lab(), {password: async () => 'wrong'})
  const ref = await refOf(lab(), 'DC0_C0_H0')
  const turnedAway = {fault: 'refused', class: 'invalid-login', hint: expect.stringContaining('once')}
  const all = await Promise.allSettled([vc.session(calm), vc.hostState(ref, calm), vc.clock(calm)])
  for (const one of all) expect(one).toMatchObject({status: 'rejected', reason: turnedAway})
  await expect(vc.reboot(ref, calm)).rejects.toMatchObject(turnedAway)
  expect(count('Login')).toBe(1)
  expect(await lab().control.logins()).toMatchObject([{ok: false}])
  const error: unknown = await vc.session(calm).catch((reason: unknown) => reason)
  expect(String(error)).not.toContain('wrong')
})

test('one session for all, however many ask at once; it is given up at the end', async () => {
  const {vc, count} = vcenterOf(lab())
  const ref = await refOf(lab(), 'DC0_C0_H0')
  await Promise.all(Array.from({length: 20}, () => vc.hostState(ref, calm)))
  expect(count('Login')).toBe(1)
  expect(count('RetrieveServiceContent')).toBe(1)
  await vc.close()
  expect(count('Logout')).toBe(1)
  expect(await lab().control.endSessions(lab().user)).toBe(0)
})

test('nothing is opened for a client that was never asked', async () => {
  const {vc, calls} = vcenterOf(lab())
  await vc.close()
  expect(calls).toEqual([])
})

test('a session that ends is made anew once a minute', async () => {
  let now = 0
  const {vc, count} = vcenterOf(lab(), {}, {now: () => now})
  const ref = await refOf(lab(), 'DC0_C0_H0')
  await vc.hostState(ref, calm)
  await lab().control.endSessions(lab().user)
  expect(await vc.hostState(ref, calm)).toMatchObject({ref, connection: 'connected'})
  expect(count('Login')).toBe(2)
  now = 59_000
  await lab().control.endSessions(lab().user)
  const ended = {fault: 'refused', class: 'session-ended', message: expect.stringContaining('twice')}
  await expect(vc.hostState(ref, calm)).rejects.toMatchObject(ended)
  now = 61_000
  expect(await vc.hostState(ref, calm)).toMatchObject({ref})
  expect(count('Login')).toBe(3)
})

test('a write that found the session expired is sent again: the server had refused it', async () => {
  const {vc, count} = vcenterOf(lab())
  const vm = await refOf(lab(), 'DC0_C0_RP0_VM0')
  await vc.vmState(vm, calm)
  expect(await lab().control.endSessions(lab().user)).toBe(1)
  const task = await vc.suspend(vm, calm)
  expect(await vc.follow(task, 30_000, calm)).toMatchObject({state: 'success'})
  expect(count('SuspendVM_Task')).toBe(2)
  expect((await vc.vmState(vm, calm)).power).toBe('suspended')
})

test('the version is that of the server when it is older than ours', async () => {
  const {vc} = vcenterOf(lab())
  expect((await vc.about(calm)).apiVersion).toBe('8.0.3.0')
  expect(await vc.session(calm)).toMatchObject({user: lab().user, key: expect.stringMatching(/.+/)})
})
