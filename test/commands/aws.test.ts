import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {deny} from '../../src/lib/lab/aws-faults.js'
import {LAB_KEY} from '../../src/lib/lab/aws-lab.js'
import {times} from '../lab/running-aws.js'
import {awsDesk} from './aws-desk.js'
import {oneValue, outcomeOf} from './fits.js'
import {words} from './home.js'

const at = awsDesk()

describe('aws instance recover', () => {
  test('dry run, refused without the name, done; undo of it leaves all as it is', async () => {
    const dry = await at.redeye('aws instance recover web-1 --dry-run')
    expect(dry, words(dry)).toMatchObject({code: 0})
    const shown = dry.stderr.split('\n').filter((line) => !line.includes('Z outcome '))
    for (const line of shown) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(words(dry)).toContain(`ENDPOINT OVERRIDE, not AWS: ${at.lab().proxy.endpoint}`)
    expect(await at.redeye('aws instance recover web-1 --yes')).toMatchObject({code: 4})
    expect(at.lab().writes()).toEqual([])

    const done = await at.redeye('aws instance recover web-1 --confirm web-1 --json')
    expect(outcomeOf(done)).toMatchObject({
      verdict: 'done',
      runbook: 'aws.instance.recover',
      subject: 'web-1',
    })
    expect(await at.attached()).toBe(true)
    const writes = at.lab().writes()
    const [run = ''] = await at.runs()
    const undone = await at.redeye(`runs undo ${run} --yes`)
    expect(undone, words(undone)).toMatchObject({code: 0})
    expect(at.lab().writes()).toEqual(writes)
  })

  test('Ctrl-C while it stops: that is finished, nothing more; resume does the rest', async () => {
    at.lab().overlays().life.pace({stopMs: 1500})
    const running = at.begin('aws instance recover web-1 --confirm web-1 --progress lines')
    await running.says(/start web-1: stop/)
    running.child.kill('SIGINT')
    const stopped = await running.ended
    expect(stopped, words(stopped)).toMatchObject({code: 8})
    expect(times(at.lab(), 'StartInstances')).toBe(0)
    const [run = ''] = await at.runs()
    const resumed = await at.redeye(`runs resume ${run} --confirm web-1`)
    expect(resumed, words(resumed)).toMatchObject({code: 0})
    expect(times(at.lab(), 'StopInstances')).toBe(1)
    expect(await at.attached()).toBe(true)
  })

  test('keys that expire in the middle: exit 8, what to do, and a resume with others', async () => {
    at.lab().overlays().life.pace({stopMs: 1500})
    const running = at.begin('aws instance recover web-1 --confirm web-1 --progress lines')
    await running.says(/start web-1: stop/)
    at.lab().overlays().credentials.expire(LAB_KEY)
    const held = await running.ended
    expect(held, words(held)).toMatchObject({code: 8})
    expect(words(held)).toContain('the credentials have expired')
    const [run = ''] = await at.runs()
    const resumed = await at.redeye(`runs resume ${run} --confirm web-1`, {
      env: {AWS_ACCESS_KEY_ID: 'AKIAFRESH0000000000'},
    })
    expect(resumed, words(resumed)).toMatchObject({code: 0})
    expect(times(at.lab(), 'StartInstances')).toBe(1)
  })

  test('a saved plan is applied as it is, or not at all', async () => {
    const file = join(at.home(), 'plan')
    const saved = outcomeOf(await at.redeye(`aws instance recover web-1 --out ${file} --json`))
    const code = /--confirm (\w+)/.exec(saved.next[0] ?? '')?.[1]
    await at.lab().ask('ec2', 'StopInstances', {'InstanceId.1': at.web().first})
    const drifted = await at.redeye(`apply ${file} --confirm ${code}`)
    expect(drifted, words(drifted)).toMatchObject({code: 12})
    expect(words(drifted)).toContain('state')
    expect(at.lab().writes()).toEqual([])
  })
})

describe('aws target', () => {
  test('detach, attach by the run; other runs cannot be named', async () => {
    const out = await at.redeye('aws target detach web-1 --yes --json')
    const {next, run = ''} = outcomeOf(out)
    expect(next[0]).toBe(`redeye aws target attach ${run}`)
    expect(await at.attached()).toBe(false)
    const back = await at.redeye(`aws target attach ${run} --yes`)
    expect(back, words(back)).toMatchObject({code: 0})
    expect(await at.attached()).toBe(true)
    const second = (await at.runs()).find((one) => one !== run)
    const wrong = await at.redeye(`aws target attach ${second} --yes`)
    expect(wrong, words(wrong)).toMatchObject({code: 2})
  })
})

describe('looking', () => {
  test('status for people and for programs; a wrong name; nobody there', async () => {
    const seen = await at.redeye('aws instance status web-1')
    expect(seen, words(seen)).toMatchObject({code: 0, stderr: ''})
    for (const line of seen.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    const json = await at.redeye(`aws instance status ${at.web().first} --json`)
    expect(oneValue(json)).toMatchObject({instance: {name: 'web-1'}, checks: {system: 'impaired'}})
    const wrong = await at.redeye('aws instance status web-9')
    expect(wrong, words(wrong)).toMatchObject({code: 2})
    const away = await at.redeye('aws instance status web-1', {env: {AWS_ENDPOINT_URL: 'http://127.0.0.1:1'}})
    expect(away, words(away)).toMatchObject({code: 10})
    expect(words(away)).toContain('no connection')
  })

  test('check: 0, 13 and 10', async () => {
    const well = await at.redeye('aws check --for recover')
    expect(well, words(well)).toMatchObject({code: 0})
    expect(words(well)).toContain('not probed')
    at.lab().overlays().faults.add(deny('ec2', 'StopInstances'))
    const missing = await at.redeye('aws check --for recover --json')
    expect(outcomeOf(missing).because[0]).toBe('ec2:StopInstances: not permitted')
    expect(missing.code).toBe(13)
    at.lab().overlays().credentials.expire(LAB_KEY)
    const expired = await at.redeye('aws check')
    expect(expired, words(expired)).toMatchObject({code: 10})
    expect(at.lab().writes()).toEqual([])
  })
})

describe('which account', () => {
  test('without an inventory that of the environment; one of the inventory must be the one expected', async () => {
    const bare = {env: {REDEYE_INVENTORY: ''}, cwd: at.home()}
    expect(await at.redeye('aws check', bare)).toMatchObject({code: 0})
    const named = await at.redeye('aws check --account live', bare)
    expect(named, words(named)).toMatchObject({code: 2})

    const file = join(at.home(), 'other.yaml')
    await writeFile(file, 'aws: {prod: {region: eu-west-1, account: "210987654321"}}\n')
    const other = await at.redeye(`aws instance recover web-1 --confirm web-1 --inventory ${file}`)
    expect(other, words(other)).toMatchObject({code: 3})
    expect(words(other)).toContain('the inventory expects account 210987654321')
    expect(await at.redeye(`aws check --inventory ${file}`)).toMatchObject({code: 13})
  })

  test('a profile that the inventory names brings its keys, region and endpoint', async () => {
    const {AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret} = at.lab().env
    const [config, file] = [join(at.home(), 'config'), join(at.home(), 'profile.yaml')]
    const keys = `aws_access_key_id = ${key}\naws_secret_access_key = ${secret}\n`
    await writeFile(config, `[profile ops]\nregion = eu-west-1\nendpoint_url = ${endpoint}\n${keys}`)
    await writeFile(file, 'aws: {prod: {profile: ops}}\n')
    const env = {AWS_CONFIG_FILE: config}
    const seen = await at.alone(`aws instance status web-1 --inventory ${file}`, {env})
    expect(seen, words(seen)).toMatchObject({code: 0})
    expect(words(seen)).toContain('eu-west-1 ops')
    at.lab()
      .overlays()
      .credentials.expire(key ?? '')
    const expired = await at.alone(`aws check --inventory ${file}`, {env})
    expect(expired, words(expired)).toMatchObject({code: 10})
    expect(words(expired)).toContain('aws sso login --profile ops')
  })

  test('no region, no keys: out of reach, and what to set', async () => {
    const none = await at.alone('aws check --account environment')
    expect(none, words(none)).toMatchObject({code: 10})
    expect(words(none)).toContain('set AWS_REGION')
    const keyless = await at.alone('aws check', {env: {AWS_EC2_METADATA_DISABLED: 'true'}})
    expect(keyless, words(keyless)).toMatchObject({code: 10})
    expect(words(keyless)).toContain('there are no credentials')
  })
})

test('a member that a run left in Standby goes back by the undo of that run', async () => {
  const [member = ''] = await at.lab().estate.scalingGroup({name: 'workers', min: 1, desired: 2})
  const ended = await at.redeye(
    `aws instance recover ${member} --method stop-start --keep-drained --override public-ip-changes --override not-impaired --reason test --confirm ${member} --json`,
  )
  const {run = ''} = outcomeOf(ended)
  const attach = await at.redeye(`aws target attach ${run} --yes`)
  expect(attach, words(attach)).toMatchObject({code: 2})
  expect(words(attach)).toContain(`redeye runs undo ${run}`)
  const undone = await at.redeye(`runs undo ${run} --yes`)
  expect(undone, words(undone)).toMatchObject({code: 0})
  expect(times(at.lab(), 'ExitStandby')).toBe(1)
})
