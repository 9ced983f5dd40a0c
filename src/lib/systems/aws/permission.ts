/** Services that runbooks read, as IAM names them. */
export const SERVICES = ['ec2', 'elasticloadbalancing', 'autoscaling', 'ssm', 'rds', 's3'] as const
export type Service = (typeof SERVICES)[number]

/** What a service says when it is only asked. */
export type Permission = 'permitted' | 'denied' | {unclear: string}

export interface PermissionReader {
  /** Makes one small read of a service. */
  mayRead(service: Service, signal: AbortSignal): Promise<Permission>
  /** Some instance, to ask about; null when there is none. */
  someInstance(signal: AbortSignal): Promise<string | null>
}
