import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach} from 'vitest'
import type {AwsLab} from '../../../src/lib/lab/aws-lab.js'
import {runningAws} from '../../lab/running-aws.js'

export {times} from '../../lab/running-aws.js'
export {once} from '../once.js'

/** For each test three instances behind one load balancer, and a state directory. */
export interface Room {
  lab(): AwsLab
  stateDir(): string
  web(): Web
}

export interface Web {
  /** ARN of `web`: all three on port 80. */
  group: string
  /** ARN of `admin`: the first two on port 8080. */
  admin: string
  /** `web-1`: without a public address, and its system check fails. */
  first: string
  second: string
  third: string
}

export function room(): Room {
  const lab = runningAws()
  let dir = ''
  let web: Web | undefined
  beforeEach(async () => {
    dir = await mkdtemp(`${tmpdir()}/aw-`)
    web = await build(lab())
  })
  afterEach(() => rm(dir, {recursive: true, force: true}))
  return {
    lab,
    stateDir: () => dir,
    web: () => {
      if (!web) throw new Error('nothing is built')
      return web
    },
  }
}

async function build({estate, overlays}: AwsLab): Promise<Web> {
  const made = (name: string) => estate.instance({name, publicIp: false})
  const first = await made('web-1')
  const second = await made('web-2')
  const third = await made('web-3')
  const group = await estate.targetGroup('web', 80)
  const admin = await estate.targetGroup('admin', 8080)
  for (const id of [first, second, third]) await estate.register(group, id)
  for (const id of [first, second]) await estate.register(admin, id)
  overlays().life.set(first, {checks: {system: 'impaired'}})
  return {group, admin, first, second, third}
}

/** The finding of one guard. */
export function found(findings: readonly {id: string; level: string; saw: string}[], id: string) {
  return findings.find((one) => one.id === id)
}
