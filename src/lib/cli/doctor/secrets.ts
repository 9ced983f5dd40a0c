import {dirname, resolve} from 'node:path'
import type {Finding} from '../../engine/runbook.js'
import type {SecretRef} from '../../inventory/secret.js'
import {secretRefs} from '../../inventory/secret-refs.js'
import type {Environment} from '../environment.js'
import {GOVC, govcTarget, impliesVsphere} from '../govc-env.js'
import {secretValue} from '../secrets.js'
import {pass, type Question, refuse} from './footing.js'

/** Whether every secret can be had. Nothing of a value is said, not even how long it is. */
export const secretsFound: Question = async ({loaded, at}) => {
  const refs = loaded ? secretRefs(loaded.inventory) : []
  const directory = loaded ? dirname(loaded.source) : at.cwd
  const asked = await Promise.all(refs.map(({path, ref}) => ask(path, ref, directory, at)))
  const missing = asked.filter((one) => one !== undefined)
  const got = refs.length - missing.length
  return [
    ...missing,
    ...(impliesVsphere(at.env) && Object.keys(loaded?.inventory.vsphere ?? {}).length === 0
      ? [govc(at)]
      : []),
    ...(got > 0 || refs.length === 0
      ? [pass('resolve', refs.length === 0 ? 'none is named' : `${got} of ${refs.length} can be had`)]
      : []),
  ]
}

async function ask(
  path: string,
  ref: SecretRef,
  directory: string,
  at: Environment,
): Promise<Finding | undefined> {
  try {
    await secretValue(ref, directory, at)
    return undefined
  } catch (error) {
    const [says = '', fix] = (error as Error).message.split('; close it: ')
    return refuse('resolve', `${path}: ${says}`, fix ?? remedy(ref, directory, at))
  }
}

function remedy(ref: SecretRef, directory: string, at: Environment): string {
  if ('env' in ref) return `export ${ref.env}=...`
  if ('cmd' in ref) return `run it by hand in ${directory}: ${ref.cmd[0]}`
  const file = ref.file.startsWith('~/') ? resolve(at.home, ref.file.slice(2)) : resolve(directory, ref.file)
  return `write the secret into ${file}, and chmod 600 it`
}

function govc({env}: Environment): Finding {
  try {
    govcTarget(env, () => undefined)
    return pass('resolve', `${GOVC}: user and password are there`)
  } catch (error) {
    return refuse('resolve', (error as Error).message, 'export GOVC_USERNAME=... GOVC_PASSWORD=...')
  }
}
