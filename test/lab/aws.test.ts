import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {throttle} from '../../src/lib/lab/aws-faults.js'
import {type AwsLab, startAwsLab} from '../../src/lib/lab/aws-lab.js'
import {find, findAll, formatXml, parseXml, textAt} from '../../src/lib/lab/xml-tree.js'

let lab: AwsLab
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(`${tmpdir()}/la-`)
  lab = await startAwsLab({dir})
}, 600_000)
afterAll(async () => {
  await lab.stop()
  await rm(dir, {recursive: true, force: true})
})
beforeEach(() => lab.reset())

/** One request of the query protocol through the proxy. */
async function ask(service: string, action: string, params: Record<string, string> = {}) {
  const answer = await fetch(lab.proxy.endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({Action: action, Version: '2016-11-15', ...params}).toString(),
  })
  return {status: answer.status, body: await answer.text()}
}

describe('strict', () => {
  test('what was scripted and never asked for', async () => {
    lab.overlays().faults.add(throttle('ec2', 'StopInstances', 2))
    lab.overlays().life.set('i-1', {stuckStopping: 'next'})
    expect(() => lab.verify()).toThrow('fault of ec2 StopInstances: 2 left; i-1 was never stopped')
  })

  test('what nobody answers', async () => {
    expect((await ask('ec2', 'DescribeNothing')).status).toBe(500)
    expect(() => lab.verify()).toThrow('nobody answers ec2 DescribeNothing')
    await lab.reset()
    expect(() => lab.verify()).not.toThrow()
  })
})

test('faults in order: some calls pass, then refused as the service says it, then it is over', async () => {
  const id = await lab.estate.instance({name: 'web-1'})
  lab.overlays().faults.add({...throttle('ec2', 'StopInstances', 1), after: 1})
  const stop = () => ask('ec2', 'StopInstances', {'InstanceId.1': id})
  expect((await stop()).status).toBe(200)
  const refused = await stop()
  expect(refused.status).toBe(503)
  expect(textAt(parseXml(refused.body), 'Errors', 'Error', 'Code')).toBe('RequestLimitExceeded')
  expect((await stop()).status).toBe(200)
  lab.verify()
  expect(lab.writes()).toEqual([`StopInstances ${id}`, `StopInstances ${id}`, `StopInstances ${id}`])
})

test('a connection that is cut after the simulator has done it', async () => {
  const id = await lab.estate.instance({name: 'web-1'})
  lab.overlays().faults.add({service: 'ec2', action: 'StopInstances', answer: 'cut-after'})
  await expect(ask('ec2', 'StopInstances', {'InstanceId.1': id})).rejects.toThrow('fetch failed')
  expect(await lab.estate.states()).toEqual({[id]: 'stopped'})
})

test('an overlay of a test sees every call first, and may answer it', async () => {
  await lab.reset([
    {
      handle: async (call, pass) =>
        call.action === 'DescribeNothing' ? {status: 200, headers: {}, body: 'something'} : await pass(),
      unused: () => ['never mind'],
    },
  ])
  expect(await ask('ec2', 'DescribeNothing')).toEqual({status: 200, body: 'something'})
  expect(() => lab.verify()).toThrow(/^never mind$/)
})

test('documents stay what they are when they are read and written', () => {
  const text = '<a x="1"><b><c>1 &amp; 2</c></b><b/><d>t</d></a>'
  const root = parseXml(`<?xml version="1.0"?>\n${text}`)
  expect(formatXml(root)).toBe(text.replace('<b/>', '<b></b>'))
  expect(find(root, 'b', 'c')?.text).toBe('1 &amp; 2')
  expect(findAll(root, 'b')).toHaveLength(2)
  expect(() => parseXml('<a><b></a>')).toThrow('not well-formed')
})
