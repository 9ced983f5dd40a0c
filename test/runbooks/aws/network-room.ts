import {beforeEach} from 'vitest'
import {type AwsNetworkEstate, awsNetworkEstate} from '../../../src/lib/lab/aws-network-estate.js'
import type {AllowInput, DenyInput} from '../../../src/lib/runbooks/aws/network-input.js'
import {runningAws} from '../../lab/running-aws.js'
import {stateDirectory} from './state-directory.js'

/** For each test a security group `web` with one rule, a subnet, and a state directory. */
export function networkRoom() {
  const lab = runningAws()
  const stateDir = stateDirectory()
  const made = {group: '', rule: '', subnet: '', acl: ''}
  const estate = (): AwsNetworkEstate => awsNetworkEstate(lab().ask)
  beforeEach(async () => {
    made.group = await estate().securityGroup('web')
    made.rule = await estate().letIn(made.group, {
      port: 443,
      cidr: '198.51.100.0/24',
      description: 'partners',
      tags: {team: 'web'},
    })
    const {id, acl} = await estate().subnet()
    Object.assign(made, {subnet: id, acl})
  })
  return {lab, stateDir, estate, made}
}

export const MARK = 'abcdef12'

export function allowOf(more: Partial<AllowInput> = {}): AllowInput {
  return {
    account: 'environment',
    group: 'web',
    protocol: 'tcp',
    from: 8443,
    to: 8443,
    source: '203.0.113.7/32',
    forMs: 7_200_000,
    mark: MARK,
    ...more,
  }
}

export function denyOf(subnet: string, more: Partial<DenyInput> = {}): DenyInput {
  return {
    account: 'environment',
    subnet,
    source: '203.0.113.0/24',
    forMs: 7_200_000,
    mark: MARK,
    ...more,
  }
}
