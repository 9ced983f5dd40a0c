import {setTimeout as sleep} from 'node:timers/promises'
import {RemoteError} from '../../remote/fault.js'
import type {GroupWriter} from './group.js'
import type {AwsSession} from './session.js'

/** The group is busy with something else and has done nothing: asked again. */
const BUSY = /^(scaling-activity-in-progress|resource-contention)(-fault)?$/
const BUSY_ATTEMPTS = 10

/** @param busyMs between two attempts */
export function groupWriter(session: AwsSession, busyMs = 30_000): GroupWriter {
  const whenIdle = async (act: () => Promise<unknown>, signal: AbortSignal): Promise<void> => {
    for (let tried = 1; ; tried += 1)
      try {
        await act()
        return
      } catch (error) {
        const busy = error instanceof RemoteError && BUSY.test(error.class ?? '')
        if (!busy || tried >= BUSY_ATTEMPTS || signal.aborted) throw error
        await sleep(busyMs, undefined, {signal}).catch(() => {})
      }
  }
  return {
    async enterStandby(group, instance, signal) {
      const {sdk, client} = await session.autoScaling()
      const asked = {
        AutoScalingGroupName: group,
        InstanceIds: [instance],
        ShouldDecrementDesiredCapacity: true,
      }
      const enter = () =>
        session.ask('autoscaling EnterStandby', 'once', signal, (how) =>
          client.send(new sdk.EnterStandbyCommand(asked), how),
        )
      await whenIdle(enter, signal)
    },
    async exitStandby(group, instance, signal) {
      const {sdk, client} = await session.autoScaling()
      const asked = {AutoScalingGroupName: group, InstanceIds: [instance]}
      const exit = () =>
        session.ask('autoscaling ExitStandby', 'once', signal, (how) =>
          client.send(new sdk.ExitStandbyCommand(asked), how),
        )
      await whenIdle(exit, signal)
    },
    async terminateInGroup(instance, signal) {
      const {sdk, client} = await session.autoScaling()
      const asked = {InstanceId: instance, ShouldDecrementDesiredCapacity: false}
      const terminate = () =>
        session.ask('autoscaling TerminateInstanceInAutoScalingGroup', 'once', signal, (how) =>
          client.send(new sdk.TerminateInstanceInAutoScalingGroupCommand(asked), how),
        )
      await whenIdle(terminate, signal)
    },
  }
}
