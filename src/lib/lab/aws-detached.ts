import {writeFile} from 'node:fs/promises'
import {awsEstate} from './aws-estate.js'
import type {Life} from './aws-life-state.js'
import {LAB_REGION, startAwsSimulator} from './aws-simulator.js'
import {freePort} from './free-port.js'
import {type LabProcess, startProcess, stopProcess} from './process.js'
import {programSpec} from './program.js'

/** An account whose processes outlive this one: a load balancer, a lone cache, and a group of workers. */
export async function startDetachedAws(dir: string): Promise<{
  inventoryFile: string
  processes(): LabProcess[]
  stop(): Promise<void>
}> {
  const simulator = await startAwsSimulator(dir, true)
  try {
    const lives = await furnish(awsEstate(simulator.ask))
    const port = await freePort()
    const input = {port, upstreamPort: simulator.port, lives}
    const spec = programSpec('aws-proxy', input, {name: 'aws', log: `${dir}/aws.log`, ready: {port}})
    const proxy = await startProcess(spec, {detached: true})
    return {
      inventoryFile: await writeFiles(dir, port),
      processes: () => [simulator.process, proxy],
      async stop() {
        await stopProcess(proxy)
        await simulator.stop()
      },
    }
  } catch (error) {
    await simulator.stop()
    throw error
  }
}

/** @returns what is wrong with whom */
async function furnish(estate: ReturnType<typeof awsEstate>): Promise<Record<string, Partial<Life>>> {
  const web = await estate.targetGroup('web', 80, {delaySec: 60})
  const admin = await estate.targetGroup('admin', 8080, {delaySec: 60})
  const ids: string[] = []
  for (const name of ['web-1', 'web-2', 'web-3']) {
    const id = await estate.instance({name, publicIp: name === 'web-3'})
    await estate.register(web, id)
    if (name !== 'web-3') await estate.register(admin, id)
    ids.push(id)
  }
  const cache = await estate.instance({name: 'cache-1', type: 'm5d.large', publicIp: false})
  const jobs = await estate.targetGroup('jobs', 9000)
  const [worker = ''] = await estate.scalingGroup({name: 'workers', min: 1, desired: 2, targetGroups: [jobs]})
  const [first = '', second = '', third = ''] = ids
  return {
    [first]: {checks: {system: 'impaired'}},
    [second]: {checks: {instance: 'impaired'}, heals: 'reboot'},
    [third]: {
      events: [{code: 'instance-retirement', description: 'degraded hardware', notBefore: tomorrow()}],
    },
    [cache]: {checks: {ebs: 'impaired'}},
    [worker]: {checks: {system: 'impaired'}},
  }
}

function tomorrow(): string {
  return new Date(Date.now() + 24 * 3600_000).toISOString()
}

/** A profile, as the AWS CLI has it, and an inventory target that names it. */
async function writeFiles(dir: string, port: number): Promise<string> {
  const profile = [
    '[profile lab]',
    `region = ${LAB_REGION}`,
    `endpoint_url = http://127.0.0.1:${port}`,
    'aws_access_key_id = AKIALAB000000000000',
    'aws_secret_access_key = lab-secret-access-key',
    '',
  ]
  await writeFile(`${dir}/config`, profile.join('\n'), {mode: 0o600})
  await writeFile(`${dir}/env.sh`, `export AWS_CONFIG_FILE='${dir}/config'\n`, {mode: 0o600})
  const file = `${dir}/redeye.yaml`
  await writeFile(file, 'aws:\n  lab: {profile: lab, account: "123456789012"}\n', {mode: 0o600})
  return file
}
