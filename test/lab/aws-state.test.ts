import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {isAlive} from '../../src/lib/lab/process-identity.js'
import {labDown, labStatus, labUp} from '../../src/lib/lab/state.js'

let stateDir = ''
beforeEach(async () => {
  stateDir = await mkdtemp(`${tmpdir()}/rl-`)
})
afterEach(async () => {
  await labDown('aws', {stateDir})
  await rm(stateDir, {recursive: true, force: true})
})

test('up: a profile and an inventory that reach it, and instances with trouble; down: nothing is left', async () => {
  const {processes, dir, inventoryFile} = await labUp('aws', {stateDir})
  expect(processes.map(({spec}) => spec.name)).toEqual(['moto', 'aws'])
  expect(await labStatus('aws', {stateDir})).toMatchObject({up: true})
  expect(await readFile(inventoryFile, 'utf8')).toContain('profile: lab')
  const [, endpoint = ''] = /endpoint_url = (\S+)/.exec(await readFile(`${dir}/config`, 'utf8')) ?? []
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=x',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'Action=DescribeInstanceStatus&Version=2016-11-15',
  })
  expect((await answer.text()).match(/<status>impaired</g)).toHaveLength(4)

  await labDown('aws', {stateDir})
  for (const one of processes) expect(await isAlive(one)).toBe(false)
  expect(await readdir(`${stateDir}/lab`)).toEqual([])
}, 60_000)
