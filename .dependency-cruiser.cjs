// Imports point one way (docs/decisions/0002-layout-and-imports.md). Each rule names what a folder may reach.
const ours = '^src/'
const only = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: {path: `^src/${folder}/`},
  to: {path: ours, pathNot: [`^src/${folder}/`, ...allowed.map((one) => `^src/${one}/`)]},
})

module.exports = {
  forbidden: [
    {name: 'no-cycles', severity: 'error', from: {}, to: {circular: true}},
    {
      name: 'no-orphans',
      severity: 'error',
      from: {orphan: true, path: ours, pathNot: ['-program\\.ts$', '^src/commands/', '/hooks/']},
      to: {},
    },
    only('engine-alone', 'lib/engine', [], 'the engine runs any runbook and knows none of them'),
    only('text-alone', 'lib/text', [], 'makes text from elsewhere harmless'),
    only('remote-alone', 'lib/remote', ['lib/text'], 'carries bytes for whoever asks'),
    only('inventory-alone', 'lib/inventory', [], 'says what is there, not how it is reached'),
    only('report-reads-engine', 'lib/report', ['lib/engine', 'lib/text'], 'renders events and outcomes'),
    only('journal-reads-engine', 'lib/journal', ['lib/engine'], 'implements a port of the engine'),
    only('steering-reads-engine', 'lib/steering', ['lib/engine'], 'implements a port of the engine'),
    only(
      'announce-tells-of-runs',
      'lib/announce',
      ['lib/engine', 'lib/systems', 'lib/remote', 'lib/text'],
      'implements a port of the engine',
    ),
    only('lock-reads-engine', 'lib/lock', ['lib/engine'], 'implements a port of the engine'),
    only('systems-reach-remote', 'lib/systems', ['lib/remote', 'lib/text'], 'speak to one product each'),
    only('runbooks-are-pure', 'lib/runbooks', ['lib/engine', 'lib/systems'], 'an SRE reads them aloud'),
    only('lab-stands-apart', 'lib/lab', ['lib/remote'], 'starts peers, knows no runbook'),
    only('book-is-pure', 'lib/book', ['lib/engine', 'lib/inventory'], 'reads documents, knows no command'),
    only('commands-hand-over', 'commands', ['lib/cli'], 'parse and hand over'),
    {
      name: 'runbooks-open-nothing',
      comment: 'runbooks use the interfaces and pure functions of systems, never an adapter',
      severity: 'error',
      from: {path: '^src/lib/runbooks/'},
      to: {path: '^src/lib/systems/[^/]+/(open|read-.*|parse-.*|commands|answers)\\.ts$'},
    },
    {
      name: 'heavy-packages-below',
      comment: 'ssh2, execa and the clients of systems cost more than all of redeye at start-up',
      severity: 'error',
      from: {path: ours, pathNot: '^src/lib/(remote|systems)/'},
      to: {path: 'node_modules/(ssh2|execa|@types/ssh2|@redis/client|saxes|@azure|@aws-sdk)/'},
    },
    {
      name: 'heavy-packages-late',
      comment: 'only by import() where they are needed',
      severity: 'error',
      from: {path: ours},
      to: {
        path: 'node_modules/(ssh2|execa|@redis/client|saxes|@azure|@aws-sdk)/',
        dependencyTypesNot: ['type-only', 'dynamic-import'],
        dynamic: false,
      },
    },
    {
      name: 'zod-and-yaml-not-in-help',
      comment: 'help and completion load commands, flags and the base command only',
      severity: 'error',
      from: {
        path: '^src/(commands/|lib/cli/(base-command|runbook-command|flags|haproxy-flags|environment|duration)\\.ts$)',
      },
      to: {path: 'node_modules/(zod|yaml|chalk)/'},
    },
  ],
  options: {
    tsConfig: {fileName: 'tsconfig.json'},
    tsPreCompilationDeps: true,
    doNotFollow: {path: 'node_modules'},
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
