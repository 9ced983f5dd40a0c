import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {LabSshd} from '../../src/lib/lab/sshd.js'
import {until} from '../../src/lib/lab/until.js'
import type {SshHost} from '../../src/lib/remote/ssh/open.js'
import {quote} from '../../src/lib/remote/ssh/quote.js'
import {faultOf, isGone, Lab, patience, servedBy} from './lab-host.js'

let lab: Lab
let sshd: LabSshd
let host: SshHost

beforeAll(async () => {
  lab = await Lab.make()
  sshd = await lab.sshd('sshd')
  host = lab.open({host: 'lab', configFile: sshd.configFile})
})
afterAll(() => lab.end())

describe('exec', () => {
  it('gives the exit code and both outputs', async () => {
    expect(await host.exec('echo out; echo err >&2; exit 7', patience())).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  it('tells which signal ended the command', async () => {
    expect(await host.exec('kill -TERM $$', patience())).toMatchObject({code: null, signal: 'SIGTERM'})
  })

  it('feeds stdin to its end, and an empty one where there is none', async () => {
    const stdin = 'ö\n'.repeat(300_000)
    expect((await host.exec('wc -c', {...patience(), stdin})).stdout.trim()).toBe('900000')
    expect((await host.exec('wc -c', patience())).stdout.trim()).toBe('0')
  })

  it('reads large outputs whole', async () => {
    const {stdout, stderr} = await host.exec(
      'head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2',
      patience(),
    )
    expect([stdout.length, stderr.length]).toEqual([3_000_000, 3_000_000])
  })

  it('does not split a character between two packets', async () => {
    const {stdout} = await host.exec('yes öä | head -c 200000', patience())
    expect(stdout).not.toContain('\ufffd')
  })

  it('takes a quoted word as it is', async () => {
    const word = `it's $(id) \`x\` "y" *`
    expect((await host.exec(`printf %s ${quote(word)}`, patience())).stdout).toBe(word)
  })

  it('ends at its time limit: whether the command ran is not known', async () => {
    const started = performance.now()
    const error = await faultOf(host.exec('sleep 60', patience(300)))
    expect(error).toMatchObject({fault: 'lost', class: 'time-out'})
    expect(error.message).toBe(`a command on ${sshd.user}@127.0.0.1:${sshd.port} did not end within 0.3 s`)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('ends when aborted', async () => {
    const stop = new AbortController()
    const ended = faultOf(host.exec('echo; sleep 60', {signal: stop.signal, timeoutMs: 60_000}))
    setTimeout(() => stop.abort(), 200)
    expect(await ended).toMatchObject({fault: 'lost', class: 'called-off'})
  })

  it('sends nothing when aborted before', async () => {
    const options = {signal: AbortSignal.abort(), timeoutMs: 1000}
    expect(await faultOf(host.exec('true', options))).toMatchObject({
      fault: 'unreachable',
      class: 'called-off',
    })
  })

  it('ends a flood', async () => {
    const error = await faultOf(host.exec('yes', {...patience(), maxOutput: 100_000}))
    expect(error).toMatchObject({fault: 'lost', class: 'output'})
  })

  it('is refused where the host runs none', async () => {
    const none = await lab.sshd('none', {extraConfig: ['MaxSessions 0']})
    const error = await faultOf(lab.open({host: 'lab', configFile: none.configFile}).exec('true', patience()))
    expect(error).toMatchObject({fault: 'refused', class: 'no-exec'})
  })
})

describe('the connection', () => {
  it('is one for all requests, also those at the same time', async () => {
    const one = lab.open({host: 'lab', configFile: sshd.configFile})
    const all = await Promise.all([1, 2, 3, 4, 5, 6].map(() => servedBy(one)))
    const [pid = 0, ...more] = new Set(all)
    expect(more).toEqual([])
    one.close()
    expect(await until(() => isGone(pid), 10_000)).toBe(true)
  })

  it('is made anew when it ended between two requests', async () => {
    const one = lab.open({host: 'lab', configFile: sshd.configFile})
    const first = await servedBy(one)
    process.kill(first, 'SIGKILL')
    expect(await until(() => isGone(first), 10_000)).toBe(true)
    // The end of the connection reaches us a moment after the process is gone.
    const again = () =>
      servedBy(one).then(
        (second) => second !== first,
        () => false,
      )
    expect(await until(again, 10_000)).toBe(true)
  })

  it('is not made again after close', async () => {
    const one = lab.open({host: 'lab', configFile: sshd.configFile})
    await one.exec('true', patience())
    one.close()
    expect(await faultOf(one.exec('true', patience()))).toMatchObject({
      fault: 'unreachable',
      class: 'called-off',
    })
  })

  it('stops being made when nobody waits for it any more, and can be wanted again', async () => {
    const one = lab.open({host: 'lab', configFile: sshd.configFile})
    const stop = new AbortController()
    const first = faultOf(one.exec('true', {signal: stop.signal, timeoutMs: 10_000}))
    stop.abort()
    expect(await first).toMatchObject({fault: 'unreachable', class: 'called-off'})
    expect((await one.exec('true', patience())).code).toBe(0)
  })
})
