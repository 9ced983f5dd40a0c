import type {AwsAnswer, AwsCall} from './aws-call.js'
import {edited} from './aws-edit.js'
import type {AwsOverlay} from './aws-overlay.js'
import {find, node, put, textAt, type XmlNode} from './xml-tree.js'

/** What the simulator lacks of target groups: draining, first checks, targets that fail them. */
export interface AwsTargets extends AwsOverlay {
  /** How long targets drain, and how long they are `initial`; 0 unless said. */
  pace(change: {drainMs?: number; initialMs?: number}): void
  /** The target fails its checks, in this target group or in all, until it is lifted. @returns how to lift it */
  sick(target: string, groupArn?: string): () => void
}

type Passing = {id: string; port: string; untilMs: number}

export function awsTargets(): AwsTargets {
  const pace = {drainMs: 0, initialMs: 0}
  const draining = new Map<string, Passing[]>()
  const fresh = new Map<string, Passing[]>()
  const sick: {target: string; groupArn: string | undefined}[] = []
  const keep = (into: Map<string, Passing[]>, call: AwsCall, ms: number) => {
    const group = call.params.TargetGroupArn ?? ''
    const others = (into.get(group) ?? []).filter(({id}) => !idsOf(call).includes(id))
    const added = idsOf(call).map((id) => ({
      id,
      port: call.params['Targets.member.1.Port'] ?? '',
      untilMs: Date.now() + ms,
    }))
    into.set(group, [...others, ...added])
  }
  const drop = (from: Map<string, Passing[]>, call: AwsCall) => {
    const group = call.params.TargetGroupArn ?? ''
    from.set(
      group,
      (from.get(group) ?? []).filter(({id}) => !idsOf(call).includes(id)),
    )
  }
  const show = (call: AwsCall, answer: AwsAnswer) => {
    const group = call.params.TargetGroupArn ?? ''
    const now = (map: Map<string, Passing[]>) =>
      (map.get(group) ?? []).filter(({untilMs}) => Date.now() < untilMs)
    return edited(answer, (root) => {
      const list = find(root, 'DescribeTargetHealthResult', 'TargetHealthDescriptions')
      if (!list) return
      for (const item of list.children) {
        const id = textAt(item, 'Target', 'Id')
        const isSick = sick.some((one) => one.target === id && (one.groupArn ?? group) === group)
        if (now(fresh).some((one) => one.id === id)) health(item, 'initial', 'Elb.InitialHealthChecking')
        else if (isSick) health(item, 'unhealthy', 'Target.FailedHealthChecks')
      }
      for (const {id, port} of now(draining)) {
        const item = node('member', [node('Target', [node('Id', id), node('Port', port)])])
        health(item, 'draining', 'Target.DeregistrationInProgress')
        list.children.push(item)
      }
    })
  }
  return {
    pace: (change) => void Object.assign(pace, change),
    sick(target, groupArn) {
      const one = {target, groupArn}
      sick.push(one)
      return () => void sick.splice(sick.indexOf(one), 1)
    },
    async handle(call, pass) {
      const answer = await pass()
      if (call.service !== 'elasticloadbalancing' || answer.status !== 200) return answer
      if (call.action === 'DeregisterTargets') {
        keep(draining, call, pace.drainMs)
        drop(fresh, call)
      } else if (call.action === 'RegisterTargets') {
        keep(fresh, call, pace.initialMs)
        drop(draining, call)
      } else if (call.action === 'DescribeTargetHealth') return show(call, answer)
      return answer
    },
  }
}

function idsOf({params}: AwsCall): string[] {
  return Object.entries(params).flatMap(([key, value]) =>
    /^Targets\.member\.\d+\.Id$/.test(key) ? [value] : [],
  )
}

function health(item: XmlNode, state: string, reason: string): void {
  put(item, 'TargetHealth', [node('State', state), node('Reason', reason), node('Description', reason)])
}
