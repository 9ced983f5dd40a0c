import type {AnyCheck} from '../engine/check.js'
import type {AnyRunbook} from '../engine/runbook.js'

/** Every runbook by id, loaded when it is needed. */
export const RUNBOOKS: Readonly<Record<string, () => Promise<AnyRunbook>>> = {
  'haproxy.drain': async () => (await import('../runbooks/haproxy/drain.js')).drain,
  'haproxy.ready': async () => (await import('../runbooks/haproxy/ready.js')).ready,
  'haproxy.maint-now': async () => (await import('../runbooks/haproxy/maint.js')).maintNow,
  'haproxy.kill-sessions': async () => (await import('../runbooks/haproxy/kill-sessions.js')).killSessions,
  'haproxy.weight': async () => (await import('../runbooks/haproxy/weight.js')).weight,
  'redis.failover': async () => (await import('../runbooks/redis/failover.js')).failover,
  'redis.evacuate': async () => (await import('../runbooks/redis/evacuate.js')).evacuate,
  'redis.restore': async () => (await import('../runbooks/redis/restore.js')).restore,
  'redis.force-failover': async () => (await import('../runbooks/redis/force-failover.js')).forceFailover,
  'redis.balance': async () => (await import('../runbooks/redis/balance.js')).balance,
  'vsphere.host.evacuate': async () => (await import('../runbooks/vsphere/evacuate.js')).evacuate,
  'vsphere.host.restore': async () => (await import('../runbooks/vsphere/restore.js')).restore,
  'vsphere.host.reboot': async () => (await import('../runbooks/vsphere/reboot.js')).reboot,
  'receivers.restart': async () => (await import('../runbooks/receivers/restart.js')).restart,
  'receivers.push': async () => (await import('../runbooks/receivers/push.js')).push,
  'receivers.exec': async () => (await import('../runbooks/receivers/exec.js')).exec,
  'linux.disk.clean': async () => (await import('../runbooks/linux/disk-clean.js')).diskClean,
  'linux.reboot': async () => (await import('../runbooks/linux/reboot.js')).reboot,
  'receivers.reboot': async () => (await import('../runbooks/receivers/reboot.js')).reboot,
  'azure.vm.recover': async () => (await import('../runbooks/azure/recover.js')).recover,
  'azure.vm.restart': async () => (await import('../runbooks/azure/recover.js')).restart,
  'azure.vm.redeploy': async () => (await import('../runbooks/azure/recover.js')).redeploy,
  'azure.vm.cycle': async () => (await import('../runbooks/azure/recover.js')).cycle,
  'azure.vmss.recover': async () => (await import('../runbooks/azure/set-recover.js')).setRecover,
  'azure.run': async () => (await import('../runbooks/azure/run.js')).run,
  'aws.instance.recover': async () => (await import('../runbooks/aws/recover.js')).recover,
  'aws.ssm.run': async () => (await import('../runbooks/aws/ssm-run.js')).ssmRun,
  'aws.sg.allow': async () => (await import('../runbooks/aws/sg-allow.js')).sgAllow,
  'aws.sg.block': async () => (await import('../runbooks/aws/sg-block.js')).sgBlock,
  'aws.sg.sweep': async () => (await import('../runbooks/aws/sg-sweep.js')).sgSweep,
  'aws.nacl.deny': async () => (await import('../runbooks/aws/nacl-deny.js')).naclDeny,
  'aws.rds.failover': async () => (await import('../runbooks/aws/rds-failover.js')).rdsFailover,
  'aws.s3.lockdown': async () => (await import('../runbooks/aws/s3-lockdown.js')).s3Lockdown,
  'aws.target.detach': async () => (await import('../runbooks/aws/detach.js')).detach,
  'aws.target.attach': async () => (await import('../runbooks/aws/attach.js')).attach,
  'linux.service.restart': async () => (await import('../runbooks/linux/service-restart.js')).serviceRestart,
}

/** Every check by id. */
export const CHECKS: Readonly<Record<string, () => Promise<AnyCheck>>> = {
  'haproxy.check': async () => (await import('../runbooks/haproxy/check.js')).check,
  'redis.check': async () => (await import('../runbooks/redis/check.js')).check,
  'vsphere.check': async () => (await import('../runbooks/vsphere/check.js')).check,
  'linux.check': async () => (await import('../runbooks/linux/check.js')).check,
  'receivers.check': async () => (await import('../runbooks/receivers/check.js')).check,
  'azure.check': async () => (await import('../runbooks/azure/check.js')).check,
  'aws.check': async () => (await import('../runbooks/aws/check.js')).check,
}
