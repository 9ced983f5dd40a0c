import {readFile, rename, rm, writeFile} from 'node:fs/promises'
import {LAB_PARTS, type LabRecord, type LabWhere, recall} from './lab-record.js'

/** Of all parts that are up together: one inventory, and what a shell needs to use it. */
export type SharedFiles = {inventoryFile: string; envFile: string}

export function sharedFiles({stateDir}: LabWhere): SharedFiles {
  return {inventoryFile: `${stateDir}/lab/redeye.yaml`, envFile: `${stateDir}/lab/env.sh`}
}

/** Makes them anew; without any part up there are none. */
export async function writeShared(where: LabWhere): Promise<void> {
  const {inventoryFile, envFile} = sharedFiles(where)
  const recalled = await Promise.all(LAB_PARTS.map((part) => recall(part, where)))
  const up = recalled.filter((one): one is LabRecord => one !== undefined)
  if (up.length === 0) {
    await Promise.all([inventoryFile, envFile].map((file) => rm(file, {force: true})))
    return
  }
  // Each part is a system of its own, so that one inventory behind the other is an inventory.
  const inventories = await Promise.all(up.map((one) => readFile(one.inventoryFile, 'utf8')))
  const exports = await Promise.all(up.map((one) => readFile(`${one.dir}/env.sh`, 'utf8').catch(() => '')))
  await replaceFile(inventoryFile, inventories.join(''))
  await replaceFile(envFile, `${exports.join('')}export REDEYE_INVENTORY='${inventoryFile}'\n`)
}

async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}`
  await writeFile(fresh, text, {mode: 0o600})
  await rename(fresh, file)
}
