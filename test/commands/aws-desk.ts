import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterAll, beforeAll, beforeEach} from 'vitest'
import type {AwsLab} from '../../src/lib/lab/aws-lab.js'
import {runningAws} from '../lab/running-aws.js'
import {type Home, homeWith} from './home.js'

/** An account with two instances behind a load balancer, the first one impaired, and its inventory target `prod`. */
export interface AwsDesk extends Home {
  lab(): AwsLab
  /** Without what the lab has in its environment. */
  alone: Home['redeye']
  web(): {group: string; first: string; second: string}
  attached(): Promise<boolean>
}

export function awsDesk(): AwsDesk {
  const lab = runningAws()
  let dir = ''
  let web = {group: '', first: '', second: ''}
  beforeAll(async () => {
    dir = await mkdtemp(`${tmpdir()}/ad-`)
    await writeFile(`${dir}/redeye.yaml`, 'aws: {prod: {region: eu-west-1, account: "123456789012"}}\n')
  })
  afterAll(() => rm(dir, {recursive: true, force: true}))
  beforeEach(async () => {
    const {estate, overlays} = lab()
    const first = await estate.instance({name: 'web-1', publicIp: false})
    const second = await estate.instance({name: 'web-2', publicIp: false})
    const group = await estate.targetGroup('web', 80)
    for (const id of [first, second]) await estate.register(group, id)
    overlays().life.set(first, {checks: {system: 'impaired'}})
    web = {group, first, second}
  })
  const home = homeWith(
    () => `${dir}/redeye.yaml`,
    async () => {},
  )
  const begin: Home['begin'] = (args, how = {}) => home.begin(args, {...how, env: {...lab().env, ...how.env}})
  return {
    ...home,
    begin,
    redeye: (args, how) => begin(args, how).ended,
    alone: home.redeye,
    lab,
    web: () => web,
    attached: async () => (await lab().estate.registered(web.group)).includes(`${web.first}:80`),
  }
}
