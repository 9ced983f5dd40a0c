// Writes oclif.manifest.json, so that help and dispatch load no command files.
import {writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Plugin} from '@oclif/core'

const root = fileURLToPath(new URL('..', import.meta.url))

async function manifestOf(options) {
  const plugin = new Plugin({root, type: 'core', ...options})
  await plugin.load()
  return plugin.manifest
}

const manifest = await manifestOf({ignoreManifest: true, errorOnManifestCreate: true})
for (const name of ['@oclif/plugin-help', '@oclif/plugin-autocomplete'])
  Object.assign(manifest.commands, (await manifestOf({name})).commands)
// In the order of their ids, not of the file system: the same wherever it is made.
manifest.commands = Object.fromEntries(
  Object.entries(manifest.commands).sort(([one], [other]) => (one < other ? -1 : 1)),
)
// What our flags say about their defaults never depends on the moment: help need not load the command to ask again.
for (const command of Object.values(manifest.commands)) {
  command.hasDynamicHelp = false
  for (const flag of Object.values(command.flags)) delete flag.hasDynamicHelp
}
writeFileSync(new URL('../oclif.manifest.json', import.meta.url), `${JSON.stringify(manifest)}\n`)
