import type {PlanView, Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import {surveyDisk} from '../../systems/linux/disk.js'
import type {LinuxSystems} from '../../systems/linux/host.js'
import {bytesText, percentOf} from './bytes.js'
import {classesOf, filesOf, sumOf} from './disk-classes.js'
import {type CleanFacts, type CleanInput, cleanInput} from './disk-input.js'
import {diskGuards} from './guards/disk.js'
import {cleanStep, measureStep} from './steps/clean.js'

const LARGE = 100 * 2 ** 20
const LARGE_SHOWN = 5

/** Room is made on one file system by a list of files that is shown first, safest class first. */
export const diskClean: Runbook<CleanInput, CleanFacts, LinuxSystems> = {
  id: 'linux.disk.clean',
  summary: 'Make room on a disk by a list of files that is shown first',
  input: cleanInput,
  effect: () => 'destroy',
  subject: ({host}) => host,
  locks: ({host}) => [`linux/${host}/disk`],
  async survey(systems, asked, signal) {
    const seen = await surveyDisk(await systems.linux(asked.host), asked.mount, asked.days, signal)
    return {...seen, classes: classesOf(asked, seen.candidates)}
  },
  rests: (asked, {device, classes, candidates}) => ({
    device,
    files: classes.flatMap((one) =>
      filesOf(one.class, candidates, asked.keepBytes).map(({path, inode, size}) => [path, inode, size]),
    ),
  }),
  guards: diskGuards,
  view,
  stages,
  nothing: ({mount}) => `nothing on ${mount} is of these classes and old enough`,
  onFailure: 'stop',
}

function view(asked: CleanInput, facts: CleanFacts): PlanView {
  const {fs, classes, candidates} = facts
  const sum = sumOf(facts)
  const large = classes
    .flatMap((one) => filesOf(one.class, candidates, asked.keepBytes))
    .filter(({bytes}) => bytes >= LARGE)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, LARGE_SHOWN)
  return {
    title: `Make room on ${asked.mount} of ${asked.host}`,
    tables:
      classes.length === 0
        ? []
        : [
            {
              columns: [
                {name: 'class'},
                {name: 'files', align: 'right'},
                {name: 'frees', align: 'right'},
                {name: 'oldest', shrink: true},
              ],
              rows: classes.map((one) => [
                one.class,
                String(one.files),
                bytesText(one.bytes),
                new Date(one.oldestSec * 1000).toISOString().slice(0, 10),
              ]),
            },
          ],
    notes: [
      ...(fs
        ? [
            `now ${percentOf(fs.used, fs.used + fs.free)} % used, ${bytesText(fs.free)} free, ${percentOf(fs.inodesUsed, fs.inodes)} % of inodes; afterwards ${bytesText(fs.free + sum)} free`,
          ]
        : []),
      ...large.map(({path, bytes}) => `${bytesText(bytes)} ${path}`),
      'the list is made now; files that are changed or replaced until then, and new ones, stay',
      'what is deleted is gone: there is no undo',
    ],
  }
}

function stages(systems: LinuxSystems, asked: CleanInput, facts: CleanFacts): Stage[] {
  if (facts.classes.length === 0) return []
  return [
    {
      id: 'clean',
      says: 'one class after the other',
      steps: facts.classes.map((one) => cleanStep(systems, asked, facts, one.class)),
    },
    {id: 'measure', says: 'measure', look: 'reached', steps: [measureStep(systems, asked, facts)]},
  ]
}
