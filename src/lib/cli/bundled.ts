import {type Command, Config, flush, handle, Plugin, run} from '@oclif/core'
import {type getLogger, setLogger} from '@oclif/core/logger'

/** Loads the class of each command, by id: `haproxy:drain`. */
export type CommandTable = Readonly<Record<string, () => Promise<{default: Command.Class}>>>

/** A plugin whose commands are in the bundle; any other one is loaded from its own files. */
class BundledPlugin extends Plugin {
  constructor(
    options: ConstructorParameters<typeof Plugin>[0],
    private readonly bundled: () => CommandTable,
  ) {
    super(options)
  }

  override async findCommand(id: string, options: {must: true}): Promise<Command.Class>
  override async findCommand(id: string, options?: {must: boolean}): Promise<Command.Class | undefined>
  override async findCommand(id: string, options?: {must: boolean}): Promise<Command.Class | undefined> {
    const load = this.bundled()[id]
    if (!load) return await super.findCommand(id, options)
    const {default: command} = await load()
    command.id = id
    command.plugin = this
    return command
  }
}

/**
 * Runs the command line with commands out of the bundle (docs/decisions/0008-bundle.md).
 * @param root directory of package.json and of oclif.manifest.json, which has the commands of the plugins too
 * @param bundled called for a command that is run, never for its help
 */
export async function startBundled(root: string, bundled: () => CommandTable): Promise<void> {
  // oclif's own, which speaks when DEBUG is set, costs every start.
  if (process.env.DEBUG === undefined) setLogger({root, logger: silent()})
  try {
    const plugin = new BundledPlugin({root, isRoot: true}, bundled)
    await plugin.load()
    const config = new Config({root, plugins: new Map([[plugin.name, plugin]])})
    await config.load()
    await run(process.argv.slice(2), config)
    await flush()
  } catch (error) {
    await handle(error as Error)
  }
}

type Logger = ReturnType<typeof getLogger>

function silent(): Logger {
  const nothing = () => {}
  const logger = {debug: nothing, error: nothing, info: nothing, trace: nothing, warn: nothing}
  return {...logger, namespace: 'oclif', child: silent}
}
