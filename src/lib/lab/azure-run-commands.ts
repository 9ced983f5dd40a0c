import {execFile} from 'node:child_process'
import {another, begin} from './azure-actions.js'
import {type Answer, notFound, refusal} from './azure-answer.js'
import {type AzureEstate, idOf, type LabVm, VM_KIND} from './azure-estate.js'
import type {AzureWorld, LabCommand} from './azure-world.js'

const LIMIT = 25
const BOOT_ID = 'cat /proc/sys/kernel/random/boot_id'

type CommandBody = {
  tags?: {[key: string]: string}
  properties?: {source?: {script?: string}; timeoutInSeconds?: number}
}

/** The script runs for real, in a shell on this machine; only the boot id is that of the pretended one. */
function inGuest(vm: LabVm, script: string, timeoutS: number) {
  return new Promise<{exitCode: number; output: string; error: string; timedOut: boolean}>((resolve) => {
    const text = script.replaceAll(BOOT_ID, `echo ${vm.bootId}`)
    execFile(
      '/bin/sh',
      ['-c', text],
      {timeout: timeoutS * 1000, env: {PATH: process.env.PATH, VM: vm.name}},
      (error, output, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0
        resolve({exitCode: code, output, error: stderr, timedOut: error?.killed === true})
      },
    )
  })
}

export function actionCommand(
  world: AzureWorld,
  vm: LabVm,
  body: {script?: string[]},
  request: string,
): Answer {
  const id = idOf(VM_KIND, vm.group, vm.name)
  if (vm.power !== 'running')
    return refusal(409, 'OperationNotAllowed', 'The operation requires the VM to be running (or set to run).')
  if (world.busy.has(id))
    return refusal(
      409,
      'Conflict',
      'Run command extension execution is in progress. Please wait for completion before invoking a run command.',
    )
  return begin(world, id, `${VM_KIND}/runCommand/action`, request, async () => {
    const {output, error} = await inGuest(vm, (body.script ?? []).join('\n'), 60)
    const cut = (text: string) => text.slice(-4096)
    return {
      value: [
        {
          code: 'ProvisioningState/succeeded',
          level: 'Info',
          displayStatus: 'Provisioning succeeded',
          message: `Enable succeeded: \n[stdout]\n${cut(output)}\n[stderr]\n${cut(error)}`,
        },
      ],
    }
  })
}

export function putCommand(
  world: AzureWorld,
  vm: LabVm,
  name: string,
  body: CommandBody,
  request: string,
): Answer {
  const id = idOf(VM_KIND, vm.group, vm.name)
  if (vm.power !== 'running')
    return refusal(
      409,
      'OperationNotAllowed',
      'Cannot modify extensions in the VM when the VM is not running.',
    )
  const commands = world.commands.get(id) ?? new Map<string, LabCommand>()
  world.commands.set(id, commands)
  if (commands.size >= LIMIT) return refusal(409, 'Conflict', `The VM has ${LIMIT} run commands already.`)
  if (world.busy.has(`${id}/runCommands/${name}`)) return another(name)
  const command: LabCommand = {
    name,
    tags: body.tags ?? {},
    script: body.properties?.source?.script ?? '',
    timeoutS: body.properties?.timeoutInSeconds ?? 5400,
    state: 'Running',
    output: '',
    error: '',
    startedAt: Date.now(),
  }
  commands.set(name, command)
  // The operation ends well whatever the script says: treatFailureAsDeploymentFailure is false.
  const answer = begin(
    world,
    `${id}/runCommands/${name}`,
    `${VM_KIND}/runCommands/write`,
    request,
    () => execute(vm, command),
    () => {
      if (command.state === 'Running') Object.assign(command, {state: 'Failed', exitCode: -1})
    },
  )
  return {...answer, status: 201, body: commandPayload(vm, command, world.estate, false)}
}

async function execute(vm: LabVm, command: LabCommand): Promise<void> {
  const {exitCode, output, error, timedOut} = await inGuest(vm, command.script, command.timeoutS)
  if (command.state !== 'Running') return
  Object.assign(command, {
    state: timedOut ? 'TimedOut' : exitCode === 0 ? 'Succeeded' : 'Failed',
    exitCode,
    output: output.slice(-4096),
    error: error.slice(-4096),
    endedAt: Date.now(),
  })
}

export function deleteCommand(world: AzureWorld, vm: LabVm, name: string, request: string): Answer {
  const id = idOf(VM_KIND, vm.group, vm.name)
  const commands = world.commands.get(id)
  const command = commands?.get(name)
  if (!command) return notFound(`${id}/runCommands/${name}`)
  if (command.state === 'Running') command.state = 'Canceled'
  return begin(world, `${id}/runCommands/${name}#delete`, `${VM_KIND}/runCommands/delete`, request, () =>
    commands?.delete(name),
  )
}

export function commandPayload(vm: LabVm, one: LabCommand, estate: AzureEstate, expanded: boolean) {
  const time = (ms: number) => new Date(ms).toISOString()
  return {
    name: one.name,
    id: `${idOf(VM_KIND, vm.group, vm.name)}/runCommands/${one.name}`,
    type: `${VM_KIND}/runCommands`,
    location: estate.location,
    tags: one.tags,
    properties: {
      source: {script: one.script},
      asyncExecution: false,
      treatFailureAsDeploymentFailure: false,
      timeoutInSeconds: one.timeoutS,
      provisioningState: one.state === 'Running' ? 'Updating' : 'Succeeded',
      ...(expanded && {
        instanceView: {
          executionState: one.state,
          executionMessage: '',
          ...(one.exitCode !== undefined && {exitCode: one.exitCode}),
          output: one.output,
          error: one.error,
          startTime: time(one.startedAt),
          ...(one.endedAt && {endTime: time(one.endedAt)}),
        },
      }),
    },
  }
}
