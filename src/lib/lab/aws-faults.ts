import {type AwsCall, errorAnswer} from './aws-call.js'
import type {AwsOverlay} from './aws-overlay.js'

export interface AwsFault {
  service: string
  action: string
  /** Only calls that this fits; dry runs of EC2 do not count unless it says so. */
  when?(call: AwsCall): boolean
  /** How many calls; 1 unless said. With `always` it holds until it is lifted, and may never happen. */
  times?: number | 'always'
  /** Calls that pass before it begins. */
  after?: number
  answer:
    | {code: string; message?: string; status: number}
    /** A page that no AWS service would send. */
    | 'html'
    /** The connection is cut before the simulator hears of the call, or when it has done it. */
    | 'cut-before'
    | 'cut-after'
}

export interface AwsFaults extends AwsOverlay {
  /** @returns how to lift it */
  add(fault: AwsFault): () => void
  unused(): string[]
}

const PAGE =
  '<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>'

/** Scripted refusals and cut connections; the first one that fits a call is taken. */
export function awsFaults(): AwsFaults {
  const scripted: {fault: AwsFault; passes: number; left: number}[] = []
  const fits = ({fault}: {fault: AwsFault}, call: AwsCall) =>
    fault.service === call.service &&
    fault.action === call.action &&
    (fault.when ? fault.when(call) : !call.dryRun)
  return {
    add(fault) {
      const left = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1)
      const one = {fault, passes: fault.after ?? 0, left}
      scripted.push(one)
      return () => void scripted.splice(scripted.indexOf(one), 1)
    },
    async handle(call, pass) {
      const one = scripted.find((script) => script.left > 0 && fits(script, call))
      if (!one) return await pass()
      if (one.passes > 0) {
        one.passes -= 1
        return await pass()
      }
      one.left -= 1
      const {answer} = one.fault
      if (answer === 'html') return {status: 500, headers: {'content-type': 'text/html'}, body: PAGE}
      if (answer === 'cut-after') await pass()
      if (typeof answer === 'string') return {status: 0, headers: {}, body: '', cut: true}
      return errorAnswer(call, answer.status, answer.code, answer.message ?? `scripted ${answer.code}`)
    },
    unused: () =>
      scripted.flatMap(({fault: {service, action}, left}) =>
        left > 0 && left < Number.POSITIVE_INFINITY ? [`fault of ${service} ${action}: ${left} left`] : [],
      ),
  }
}

/** `RequestLimitExceeded` and the like, as the services say it. */
export function throttle(service: string, action: string, times: number): AwsFault {
  const [code, status] =
    service === 'ec2'
      ? (['RequestLimitExceeded', 503] as const)
      : service === 's3'
        ? (['SlowDown', 503] as const)
        : service === 'ssm'
          ? (['ThrottlingException', 400] as const)
          : (['Throttling', 400] as const)
  return {service, action, times, answer: {code, status, message: 'Rate exceeded'}}
}

/** The user lacks the permission: dry runs of EC2 say so too. */
export function deny(service: string, action: string): AwsFault {
  const [code, status] =
    service === 'ec2' ? (['UnauthorizedOperation', 403] as const) : (['AccessDenied', 403] as const)
  return {
    service,
    action,
    when: () => true,
    times: 'always',
    answer: {code, status, message: `You are not authorized to perform ${service}:${action}`},
  }
}
