import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from 'vitest'
import {awsDesk} from './aws-desk.js'
import {outcomeOf} from './fits.js'
import {words} from './home.js'

const at = awsDesk()
const ids = ['mi-00000000000000001', 'mi-00000000000000002', 'i-00000000000000003']

beforeEach(() => {
  for (const [number, id] of ids.entries())
    at.lab()
      .overlays()
      .nodes.set({
        InstanceId: id,
        PingStatus: number === 1 ? 'ConnectionLost' : 'Online',
        PlatformType: 'Linux',
        AgentVersion: '3.2.2303.0',
        ComputerName: `rx-${number}`,
        LastPingDateTime: Date.now() / 1000 - 240,
        tags: {role: 'receiver'},
      })
})

describe('aws ssm nodes', () => {
  test('all, those of our own, those that do not report', async () => {
    const all = await at.redeye('aws ssm nodes')
    expect(all, words(all)).toMatchObject({code: 0})
    expect(all.stdout).toMatch(/mi-0+1 +rx-0 +Online +4 min ago +Linux +3\.2\.2303\.0/)
    expect(words(all)).toContain('3 nodes, 1 of them not online')
    for (const line of all.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    const listed = async (flags: string) =>
      JSON.parse((await at.redeye(`aws ssm nodes ${flags} --json`)).stdout).map(({id}: {id: string}) => id)
    expect(await listed('--hybrid')).toEqual(ids.slice(0, 2))
    expect(await listed('--offline')).toEqual([ids[1]])
    expect(await listed('--tag role=other')).toEqual([])
  })
})

describe('aws ssm run', () => {
  test('by tag, confirmed by what it is called, and what the nodes said', async () => {
    const args = [
      'aws',
      'ssm',
      'run',
      '--tag',
      'role=receiver',
      '--command',
      'echo hello',
      '--expect-online',
      '60',
    ]
    const unsaid = await at.redeye([...args, '--yes'])
    expect(unsaid, words(unsaid)).toMatchObject({code: 4})
    const ended = await at.redeye([...args, '--confirm', 'echo hello', '--json', '--progress', 'none'])
    expect(outcomeOf(ended)).toMatchObject({verdict: 'done', exit: 0, totals: {changed: 3}})
    expect(outcomeOf(ended).steps.map(({saw}) => saw)).toEqual(['hello', 'hello', 'hello'])
    expect(at.lab().overlays().commands.sent()).toHaveLength(1)
  })

  test('an undo script is asked for with a script, shown in the plan, and run by runs undo', async () => {
    const back = join(at.home(), 'back.sh')
    await writeFile(back, 'echo taken back\n')
    const args = ['aws', 'ssm', 'run', '--instances', ids[0] ?? '', '--undo-script', back]
    const document = await at.redeye([...args, '--document', 'AWS-UpdateSSMAgent'])
    expect(document, words(document)).toMatchObject({code: 2})
    const planned = await at.redeye([...args, '--command', 'true', '--dry-run'])
    expect(words(planned)).toContain('back.sh takes it back where it was sent: runs undo')
    const ended = outcomeOf(
      await at.redeye([...args, '--command', 'true', '--confirm', ids[0] ?? '', '--json']),
    )
    expect(ended).toMatchObject({verdict: 'done', exit: 0})
    const undone = await at.redeye(['runs', 'undo', ended.run ?? '', '--yes', '--json'])
    expect(outcomeOf(undone)).toMatchObject({verdict: 'done', steps: [{state: 'changed', saw: 'taken back'}]})
  })

  test('too few are online, a script with a secret, no nodes, no command: nothing is sent', async () => {
    const offline = await at.redeye('aws ssm run --tag role=receiver --command true --yes')
    expect(offline, words(offline)).toMatchObject({code: 3})
    expect(words(offline)).toContain('--override offline')
    const script = join(at.home(), 'fix.sh')
    await writeFile(script, 'curl -H "token: abcdefgh-1234" https://example.net\n')
    const leaky = await at.redeye(`aws ssm run --instances ${ids[0]} --script ${script}`, {
      env: {DEPLOY_TOKEN: 'abcdefgh-1234'},
    })
    expect(leaky, words(leaky)).toMatchObject({code: 2})
    expect(words(leaky)).toContain('the value of DEPLOY_TOKEN')
    expect(words(leaky)).not.toContain('abcdefgh-1234')
    for (const wrong of [
      '--command true',
      `--instances ${ids[0]}`,
      `--instances ${ids[0]} --tag a=b --command x`,
    ])
      expect((await at.redeye(`aws ssm run ${wrong}`)).code, wrong).toBe(2)
    expect(at.lab().overlays().commands.sent()).toEqual([])
  })
})
