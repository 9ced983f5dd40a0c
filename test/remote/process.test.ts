import {describe, expect, it} from 'vitest'
import {run} from '../../src/lib/remote/process.js'
import {faultOf} from './lab-host.js'

const env = {PATH: process.env.PATH, SEEN: 'yes'}
const options = () => ({signal: new AbortController().signal, timeoutMs: 20_000, env})

describe('run', () => {
  it('gives exit code, output and the environment it was given, and no other', async () => {
    const code = 'process.stdout.write(JSON.stringify(process.env.SEEN)+process.env.HOME); process.exit(3)'
    expect(await run([process.execPath, '-e', code], options())).toEqual({
      code: 3,
      stdout: '"yes"undefined',
      stderr: '',
    })
  })

  it('passes arguments untouched, without a shell', async () => {
    const words = ['$(id)', '; ls', "'", '*', '']
    const code = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))'
    const {stdout} = await run([process.execPath, '-e', code, '--', ...words], options())
    expect(JSON.parse(stdout)).toEqual(words)
  })

  it('feeds stdin', async () => {
    expect((await run(['cat'], {...options(), stdin: 'words'})).stdout).toBe('words')
  })

  it('tells of a signal', async () => {
    expect(await run(['sh', '-c', 'kill -9 $$'], options())).toMatchObject({code: null, signal: 'SIGKILL'})
  })

  it('says that a program is not there', async () => {
    const error = await faultOf(run(['no-such-program'], options()))
    expect(error).toMatchObject({fault: 'unreachable', class: 'no-program'})
    expect(error.message).toBe('no-such-program could not be started: no such program was found')
  })

  it('ends at the time limit', async () => {
    const error = await faultOf(run(['sleep', '60'], {...options(), timeoutMs: 200}))
    expect(error).toMatchObject({fault: 'lost', class: 'time-out'})
  })

  it('ends when aborted', async () => {
    const stop = new AbortController()
    const ended = faultOf(run(['sleep', '60'], {...options(), signal: stop.signal}))
    stop.abort()
    expect(await ended).toMatchObject({fault: 'lost', class: 'called-off'})
  })

  it('ends a flood of output', async () => {
    const error = await faultOf(run(['yes'], {...options(), maxOutput: 1000}))
    expect(error.message).toBe('yes wrote more than its limit and was ended')
  })
})
