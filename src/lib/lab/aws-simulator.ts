import {buildMoto} from './aws-build.js'
import type {AskSimulator} from './aws-overlay.js'
import {freePort} from './free-port.js'
import {type LabProcess, startProcess, stopProcess} from './process.js'

/** The third-party simulator alone, without what we lay over it. */
export interface AwsSimulator {
  port: number
  ask: AskSimulator
  /** Everything in it is gone; what AWS gives to a new account is there. */
  reset(): Promise<void>
  process: LabProcess
  stop(): Promise<void>
}

export const LAB_REGION = 'eu-west-1'

export async function startAwsSimulator(dir: string, detached = false): Promise<AwsSimulator> {
  const port = await freePort()
  const process = await startProcess(
    {
      name: 'moto',
      command: 'env',
      // Its catalogue of images takes a second to load, and nobody here asks for images.
      args: [
        'MOTO_EC2_LOAD_DEFAULT_AMIS=false',
        await buildMoto(),
        '-m',
        'moto.server',
        '-H',
        '127.0.0.1',
        '-p',
        `${port}`,
      ],
      log: `${dir}/moto.log`,
      ready: {port},
    },
    {detached},
  )
  return {
    port,
    ask: asker(port),
    async reset() {
      const answer = await fetch(`http://127.0.0.1:${port}/moto-api/reset`, {method: 'POST'})
      if (!answer.ok) throw new Error(`the simulator could not be reset: ${answer.status}`)
    },
    process,
    stop: () => stopProcess(process),
  }
}

const VERSIONS: Readonly<Record<string, string>> = {
  ec2: '2016-11-15',
  elasticloadbalancing: '2015-12-01',
  autoscaling: '2011-01-01',
  rds: '2014-10-31',
}

/** The query protocol by hand; the simulator checks no signature. */
export function asker(port: number): AskSimulator {
  return async (service, action, params = {}) => {
    const scope = `lab/20260101/${LAB_REGION}/${service}/aws4_request`
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=lab`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({Action: action, Version: VERSIONS[service] ?? '', ...params}).toString(),
    })
    const body = await answer.text()
    if (!answer.ok) throw new Error(`${service} ${action}: ${answer.status}: ${body.slice(0, 500)}`)
    return body
  }
}
