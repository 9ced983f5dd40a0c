import {readFile} from 'node:fs/promises'
import {openAzureControl} from '../azure-control.js'
import type {LabRecord} from '../lab-record.js'
import {type Break, oneOf} from './break.js'

const SERVERS = ['web-1', 'web-2']

export const azureAgent: Break = {
  name: 'azure-agent',
  part: 'azure',
  says: 'its guest is silent',
  cure: 'azure vm recover',
  hint: 'Azure says running and Succeeded; only the guest agent tells that nobody is in. Recover does the least that helps, and counts only what the guest itself shows.',
  practise: () => [
    'redeye azure vm status web-1',
    'redeye azure vm recover VM --dry-run',
    'redeye azure vm recover VM',
  ],
  async break({record, random}) {
    const vm = oneOf(SERVERS, random)
    const control = await controlOf(record)
    await control.vm(vm, {agent: {ready: false, at: 0}})
    return {vm}
  },
  async look({record}, {vm}) {
    const {vms} = await (await controlOf(record)).state()
    const ready = vms.find(({name}) => name === vm)?.agent.ready ?? false
    return {over: ready, saw: `the agent of ${vm} ${ready ? 'reports' : 'does not report'}`}
  },
  async mend({record}, {vm}) {
    await (await controlOf(record)).vm(String(vm), {agent: {ready: true, at: Date.now()}})
  },
}

async function controlOf({control, dir}: LabRecord) {
  return openAzureControl(control ?? '', await readFile(`${dir}/ca.pem`, 'utf8'))
}
