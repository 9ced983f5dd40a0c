import {type AwsCall, errorAnswer} from './aws-call.js'
import type {AwsOverlay} from './aws-overlay.js'

export interface AwsCredentials extends AwsOverlay {
  /** From now on what is signed with this access key is refused as each service says it. */
  expire(accessKey: string): void
}

/** Credentials that end while they are in use. */
export function awsCredentials(): AwsCredentials {
  const expired = new Set<string>()
  return {
    expire: (accessKey) => void expired.add(accessKey),
    async handle(call, pass) {
      return expired.has(call.accessKey) ? errorAnswer(call, ...saysExpired(call)) : await pass()
    },
  }
}

function saysExpired({protocol}: AwsCall): [number, string, string] {
  if (protocol === 'ec2') return [400, 'RequestExpired', 'Request has expired.']
  if (protocol === 'json')
    return [400, 'ExpiredTokenException', 'The security token included in the request is expired']
  return [403, 'ExpiredToken', 'The security token included in the request is expired']
}
