import type {CheckState, Life} from './aws-life-state.js'
import {find, node, put, textAt, type XmlNode} from './xml-tree.js'

const CODES: Readonly<Record<string, string>> = {pending: '0', stopping: '64'}

/** Changes an instance of DescribeInstances into what EC2 would show now. */
export function showInstance(item: XmlNode, life: Life): void {
  showState(item, life)
  if (life.launchedMs !== undefined) put(item, 'launchTime', new Date(life.launchedMs).toISOString())
  if (life.reason && textAt(item, 'instanceState', 'name') === 'stopped')
    put(item, 'stateReason', [node('code', life.reason.code), node('message', life.reason.message)])
  for (const [name, text] of Object.entries(life.looks)) put(item, name, text)
  if (life.hostId !== undefined) find(item, 'placement')?.children.push(node('hostId', life.hostId))
}

/** Changes an entry of DescribeInstanceStatus. */
export function showStatus(item: XmlNode, life: Life): void {
  showState(item, life)
  const running = textAt(item, 'instanceState', 'name') === 'running'
  for (const [name, check, detail] of [
    ['systemStatus', life.checks.system, 'reachability'],
    ['instanceStatus', life.checks.instance, 'reachability'],
    ['attachedEbsStatus', life.checks.ebs, 'reachability'],
  ] as const)
    put(item, name, running ? checkNodes(check ?? 'ok', detail, life) : [node('status', 'not-applicable')])
  if (life.events.length > 0)
    put(
      item,
      'eventsSet',
      life.events.map(({code, description, notBefore}, at) =>
        node('item', [
          node('instanceEventId', `instance-event-${at}`),
          node('code', code),
          node('description', description),
          node('notBefore', notBefore),
        ]),
      ),
    )
}

function checkNodes(check: CheckState, detail: string, life: Life): XmlNode[] {
  const initializing = check === 'ok' && Date.now() < life.initializingUntilMs
  const status = initializing ? 'initializing' : check
  return [
    node('status', status),
    node('details', [
      node('item', [
        node('name', detail),
        node('status', {ok: 'passed', impaired: 'failed'}[status as string] ?? status),
        ...(status === 'impaired' ? [node('impairedSince', life.impairedSince)] : []),
      ]),
    ]),
  ]
}

function showState(item: XmlNode, {shown}: Life): void {
  if (!shown || Date.now() >= shown.untilMs) return
  put(item, 'instanceState', [node('code', CODES[shown.state] ?? ''), node('name', shown.state)])
}
