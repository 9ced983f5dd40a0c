import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterAll, beforeAll} from 'vitest'
import {startVsphereLab, type VsphereLab, type VsphereShape} from '../../src/lib/lab/vsphere-lab.js'
import {openSoap, type Soap} from './vsphere-soap.js'

/** A vCenter for the whole test file, and a signed-in session of its administrator. Call the result inside tests. */
export function runningVsphere(shape: VsphereShape = {}): () => {lab: VsphereLab; soap: Soap} {
  let running: {lab: VsphereLab; soap: Soap} | undefined
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(`${tmpdir()}/rl-`)
    const lab = await startVsphereLab({...shape, dir})
    const soap = openSoap(lab)
    running = {lab, soap}
    await soap.login(lab.user, lab.password)
  }, 600_000)
  afterAll(async () => {
    running?.soap.close()
    await running?.lab.stop()
    await rm(dir, {recursive: true, force: true})
  })
  return () => {
    if (!running) throw new Error('the lab is not up')
    return running
  }
}
