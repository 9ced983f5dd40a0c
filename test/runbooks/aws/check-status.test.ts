import {describe, expect, test} from 'vitest'
import {realClock} from '../../../src/lib/cli/clock.js'
import {performCheck} from '../../../src/lib/engine/check.js'
import {deny} from '../../../src/lib/lab/aws-faults.js'
import {LAB_KEY} from '../../../src/lib/lab/aws-lab.js'
import {check} from '../../../src/lib/runbooks/aws/check.js'
import {readStatus, status} from '../../../src/lib/runbooks/aws/status.js'
import {withAws} from './operate.js'
import {found, room} from './room.js'

const {lab, web} = room()
const {signal} = new AbortController()
const ask = (purpose: string, instance: string | null = null) =>
  withAws((systems) =>
    performCheck(check, systems, {account: 'environment', purpose, instance}, realClock, signal),
  )

describe('check', () => {
  test('all is well; what cannot be asked is named, and never as well', async () => {
    const {verdict, says, findings} = await ask('recover')
    expect(verdict).toBe('healthy')
    expect(says).toBe('10 questions answered yes, 6 neither yes nor no')
    expect(found(findings, 'ec2:StopInstances')).toMatchObject({
      level: 'pass',
      saw: expect.stringMatching(/^proven by a dry run on i-/),
    })
    expect(found(findings, 'elasticloadbalancing:RegisterTargets')).toEqual({
      id: 'elasticloadbalancing:RegisterTargets',
      level: 'warn',
      saw: 'not probed: the service has no dry run',
    })
    expect(found(findings, 'endpoint')).toMatchObject({level: 'warn'})
    expect(lab().writes()).toEqual([])
    expect(await lab().estate.states()).toMatchObject({[web().first]: 'running'})
  })

  test('permissions that are missing, of a change and of a read', async () => {
    lab().overlays().faults.add(deny('ec2', 'RebootInstances'))
    lab().overlays().faults.add(deny('rds', 'DescribeDBInstances'))
    const recover = await ask('recover', 'web-1')
    expect(found((await ask('recover', 'web-9')).findings, 'instance')).toMatchObject({level: 'refuse'})
    expect(recover.verdict).toBe('unhealthy')
    expect(recover.because[0]).toBe('ec2:RebootInstances: not permitted')
    const read = await ask('read')
    expect(read).toMatchObject({verdict: 'unhealthy'})
    expect(read.because).toEqual(['rds:read: not permitted', expect.stringMatching(/^endpoint: /)])
    expect(await ask('target')).toMatchObject({verdict: 'healthy'})
  })

  test('sending a command cannot be asked for', async () => {
    const {verdict, findings} = await ask('ssm')
    expect(verdict).toBe('healthy')
    expect(found(findings, 'ssm:SendCommand')).toMatchObject({level: 'warn'})
    lab().overlays().faults.add(deny('ssm', 'DescribeInstanceInformation'))
    expect((await ask('ssm')).because[0]).toBe('ssm:read: not permitted')
  })

  test('a clock that is nearly too far off', async () => {
    lab().proxy.skew(-4.5 * 60_000)
    const {verdict, findings} = await ask('target')
    expect(verdict).toBe('unhealthy')
    expect(found(findings, 'clock')?.saw).toMatch(/^their clock differs from this one by -27\d s$/)
  })

  test('credentials that are not accepted, and nobody there: out of reach', async () => {
    lab().overlays().credentials.expire(LAB_KEY)
    expect(await ask('read')).toMatchObject({verdict: 'unreachable'})
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1'
    expect(await ask('read')).toMatchObject({verdict: 'unreachable'})
  })
})

describe('status', () => {
  const look = (instance: string) =>
    withAws(async (systems) => status(await readStatus(systems, {account: 'environment', instance}, signal)))

  test('checks, targets, and what a recovery would do', async () => {
    lab().overlays().nodes.set({InstanceId: web().first, PingStatus: 'ConnectionLost'})
    lab()
      .overlays()
      .life.set(web().first, {
        events: [
          {code: 'instance-retirement', description: 'degraded hardware', notBefore: '2027-01-01T00:00:00Z'},
        ],
      })
    const {tables, notes, json} = await look('web-1')
    expect(tables[1]?.rows[0]?.slice(0, 5)).toEqual([
      web().first,
      'web-1',
      'running',
      't3.micro',
      'eu-west-1a',
    ])
    expect(tables[2]?.rows[0]?.slice(0, 4)).toEqual(['impaired', 'ok', 'ok', 'ConnectionLost'])
    expect(tables[3]?.rows.map(([group, port, state, others]) => [group, port, state, others])).toEqual([
      ['admin', '8080', 'healthy', '1'],
      ['web', '80', 'healthy', '2'],
    ])
    expect(notes.join('\n')).toContain(
      'instance-retirement is scheduled not before 2027-01-01T00:00:00Z (degraded hardware)',
    )
    expect(notes.at(-1)).toContain(`redeye aws instance recover ${web().first} would stop-start`)
    expect(json).toMatchObject({
      account: '123456789012',
      agent: 'ConnectionLost',
      checks: {system: 'impaired'},
    })
    expect(lab().writes()).toEqual([])
  })

  test('a stopped one says why', async () => {
    await lab().ask('ec2', 'StopInstances', {'InstanceId.1': web().first})
    const {notes} = await look(web().first)
    expect(notes.join('\n')).toContain('stopped because of Client.UserInitiatedShutdown')
  })
})
