import {EarlyEnd} from '../../engine/early.js'
import type {Json} from '../../engine/json.js'
import {LAB_PARTS, type LabPartName, type LabRecord} from '../../lab/lab-record.js'
import {duration} from '../../report/duration.js'
import {wrap} from '../../report/wrap.js'
import type {Environment} from '../environment.js'
import {widthOf} from '../screen.js'
import {catchSignals} from '../signals.js'
import {UsageError} from '../usage-error.js'
import {machine, type Said} from './machine.js'
import {nextSteps, partsNamed} from './parts.js'

type Cannot = {part: LabPartName; says: string}

/** Starts the parts that are named, or all that can run here and are not up. */
export async function labUpCommand(
  names: readonly string[],
  options: {count?: number},
  at: Environment,
): Promise<Said> {
  const {clearDead, partsUp} = await import('../../lab/labs.js')
  const named = partsNamed(names)
  for (const part of await clearDead(at)) process.stderr.write(`nothing of the ${part} lab was left\n`)
  const already = await partsUp(at)
  const cannot = await lacking(named.length > 0 ? named : LAB_PARTS, at)
  if (named.length > 0) refuse(named, already, cannot)
  const wanted = (named.length > 0 ? named : LAB_PARTS).filter(
    (part) => !already.includes(part) && !cannot.some((one) => one.part === part),
  )
  if (wanted.length === 0 && already.length === 0)
    throw new UsageError(
      'no part of the lab can run here',
      cannot.map(({says}) => says),
      ['redeye lab install'],
    )
  const started = await start(wanted, options, at)
  return await said(started, already, named.length > 0 ? [] : cannot, at)
}

async function lacking(parts: readonly LabPartName[], at: Environment): Promise<Cannot[]> {
  const {installPlan} = await import('../../lab/install.js')
  const plans = await Promise.all(
    parts.map(async (part) => ({part, ...(await installPlan(part, machine(at)))})),
  )
  return plans.filter(({missing}) => missing.length > 0)
}

function refuse(named: readonly LabPartName[], up: readonly LabPartName[], cannot: readonly Cannot[]): void {
  const [first] = cannot
  if (first) throw new UsageError(first.says, [], [`redeye lab install ${first.part}`])
  const twice = named.filter((part) => up.includes(part))
  if (twice.length === 0) return
  throw new UsageError(
    `the ${twice.join(' and the ')} lab is up already`,
    [],
    ['redeye lab status', `redeye lab down ${twice.join(' ')}`],
  )
}

/** By what comes from elsewhere. */
const BUILT: readonly LabPartName[] = ['vsphere', 'receivers', 'aws']

async function start(
  parts: readonly LabPartName[],
  options: {count?: number},
  at: Environment,
): Promise<LabRecord[]> {
  if (parts.length === 0) return []
  const {LabFailed, labsUp, LabUnwanted} = await import('../../lab/labs.js')
  const tell = (text: string) => void process.stderr.write(`${text}\n`)
  tell(`starting ${parts.join(', ')}`)
  if (parts.some((part) => BUILT.includes(part)))
    tell('(the first time simulators are built: a minute or two)')
  const signals = catchSignals(() => {})
  signals.stopping.addEventListener('abort', () => tell('stopping everything again that was started'))
  try {
    return await labsUp(parts, {
      ...options,
      stateDir: at.stateDir,
      unwanted: signals.stopping,
      told: (part, ms) => tell(`${part} is up (${duration(ms)})`),
    })
  } catch (error) {
    if (error instanceof LabUnwanted)
      throw new EarlyEnd('interrupted', 'nothing of it runs any more', [], ['redeye lab up'])
    if (!(error instanceof LabFailed)) throw error
    const rest = parts.filter((part) => part !== error.part)
    throw new EarlyEnd(
      'undone',
      `${error.part} did not start; everything that was started with it is stopped again`,
      error.message.trim().split('\n'),
      rest.length > 0 ? [`redeye lab up ${rest.join(' ')}`] : [],
    )
  } finally {
    signals.release()
  }
}

async function said(
  started: readonly LabRecord[],
  already: readonly LabPartName[],
  cannot: readonly Cannot[],
  at: Environment,
): Promise<Said> {
  const {sharedFiles} = await import('../../lab/shared-files.js')
  const files = sharedFiles(at)
  const width = widthOf(process.stdout)
  const [only] = started
  const first =
    only && started.length === 1
      ? nextSteps(only.part, only)
      : started.flatMap((one) => nextSteps(one.part, one).slice(0, 1))
  return {
    lines: [
      ...started.flatMap(({part, processes}) =>
        wrap(processes.map(({spec}) => spec.name).join(', '), width, `The ${part} lab is up: `),
      ),
      ...(already.length > 0 ? wrap(already.join(', '), width, 'Up already, and left alone: ') : []),
      ...cannot.flatMap(({part, says}) => [
        ...wrap(says, width, `The ${part} lab cannot run here: `),
        `  redeye lab install ${part}`,
      ]),
      '',
      'Next:',
      `  . ${files.envFile}`,
      ...first.map((command) => `  ${command}`),
      '  redeye lab status',
      '  redeye lab break',
      '  redeye lab down',
    ],
    json: {started, already, cannot, ...files} as unknown as Json,
  }
}
