import {expect, test} from 'vitest'
import {calm} from '../../lab/running-lab.js'
import {refOf, runningVsphere, vcenterOf} from './running.js'

const lab = runningVsphere({esx: true, vms: 4})

test('one ESXi host by itself: a cluster of one that has no features', async () => {
  const {vc} = vcenterOf(lab())
  expect(await vc.about(calm)).toMatchObject({apiType: 'HostAgent'})
  const [host] = (await lab().control.state()).hosts
  const [found, ...others] = await vc.findHosts(host?.name ?? '', calm)
  expect(others).toEqual([])
  expect(found).toMatchObject({ref: host?.moref, path: `/ha-datacenter/host/${host?.name}/${host?.name}`})
  await lab().control.host({host: host?.name ?? '', managementServerIp: '10.0.0.9'})
  const around = await vc.surroundings(found?.ref ?? '', calm)
  expect(around.cluster).toMatchObject({kind: 'host', drs: {enabled: false}, ha: {enabled: false}, rules: []})
  expect(around.host.managedBy).toBe('10.0.0.9')
  expect(around.hosts).toHaveLength(1)
  expect(around.vms).toHaveLength(4)
  expect(await vc.estate(null, calm)).toMatchObject({
    clusters: [{ref: around.cluster.ref}],
    hosts: [{ref: found?.ref}],
  })
  expect(await vc.whereabouts(around.cluster.rootPool, calm)).toHaveLength(4)
})

test('its VMs are stopped, and it enters maintenance mode and leaves it', async () => {
  const {vc} = vcenterOf(lab())
  const {hosts, vms} = await lab().control.state()
  const host = hosts[0]?.moref ?? ''
  for (const {moref} of vms)
    expect(await vc.follow(await vc.powerOff(moref, calm), 30_000, calm)).toMatchObject({state: 'success'})
  const task = await vc.enterMaintenance(host, {timeoutSec: 60, evacuatePoweredOff: false}, calm)
  expect(await vc.follow(task, 60_000, calm)).toMatchObject({state: 'success'})
  expect(await vc.hostState(host, calm)).toMatchObject({inMaintenance: true, entering: null})
  expect(await vc.follow(await vc.exitMaintenance(host, 60, calm), 60_000, calm)).toMatchObject({
    state: 'success',
  })
  expect(await vc.hostState(host, calm)).toMatchObject({inMaintenance: false})
})

test('what it has no checker for is said, and is no crash', async () => {
  const {vc} = vcenterOf(lab())
  const vm = await refOf(lab(), (await lab().control.state()).vms[0]?.name ?? '')
  expect(await vc.compatibility([vm], ['ha-host'], calm)).toBeUndefined()
  await expect(vc.checkRelocate(vm, 'ha-host', calm)).rejects.toMatchObject({
    fault: 'answered',
    class: 'not-supported',
  })
})
