import type {IncomingHttpHeaders} from 'node:http'

/** One request to AWS, as far as it can be told without knowing the service. */
export interface AwsCall {
  /** Name for signing: `ec2`, `elasticloadbalancing`, `autoscaling`, `ssm`, `rds`, `s3`, `sts`, `monitoring`. */
  service: string
  /** `StopInstances`; of a REST service the method and path: `PUT /bucket?publicAccessBlock`. */
  action: string
  /** Of the query protocol, flat: `InstanceId.1`. */
  params: Readonly<Record<string, string>>
  /** Body of the JSON protocols. */
  json: unknown
  accessKey: string
  protocol: AwsProtocol
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
  /** It only asks whether it would be permitted. */
  dryRun: boolean
}

export type AwsProtocol = 'ec2' | 'query' | 'json' | 'rest'

export interface AwsAnswer {
  status: number
  headers: Record<string, string>
  body: string | Buffer
  /** The connection is destroyed instead. */
  cut?: true
}

export function readCall(method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): AwsCall {
  const [, accessKey = '', service = 's3'] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? []
  const type = headers['content-type'] ?? ''
  const target = String(headers['x-amz-target'] ?? '')
  const call = {service, accessKey, method, path, headers, body}
  if (type.startsWith('application/x-www-form-urlencoded')) {
    const params = Object.fromEntries(new URLSearchParams(body.toString('utf8')))
    const protocol = service === 'ec2' ? 'ec2' : 'query'
    const dryRun = params.DryRun === 'true'
    return {...call, action: params.Action ?? '', params, json: undefined, protocol, dryRun}
  }
  if (target !== '') {
    const action = target.split('.').at(-1) ?? ''
    const json: unknown = JSON.parse(body.toString('utf8') || '{}')
    return {...call, action, params: {}, json, protocol: 'json', dryRun: false}
  }
  return {...call, action: `${method} ${path}`, params: {}, json: undefined, protocol: 'rest', dryRun: false}
}

/** Values of a list of the query protocol: `InstanceId.1`, or `InstanceIds.member.1`. */
export function listOf({params}: AwsCall, name: string): string[] {
  return Object.entries(params).flatMap(([key, value]) =>
    new RegExp(`^${name}\\.(?:member\\.)?\\d+$`).test(key) ? [value] : [],
  )
}

/** An error as the protocol of this call has it. */
export function errorAnswer(call: AwsCall, status: number, code: string, message: string): AwsAnswer {
  const error = `<Code>${code}</Code><Message>${message}</Message>`
  switch (call.protocol) {
    case 'ec2':
      return xmlAnswer(
        `<Response><Errors><Error>${error}</Error></Errors><RequestID>lab</RequestID></Response>`,
        status,
      )
    case 'query':
      return xmlAnswer(
        `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>lab</RequestId></ErrorResponse>`,
        status,
      )
    case 'json':
      return jsonAnswer({__type: code, message}, status)
    case 'rest':
      return xmlAnswer(`<Error>${error}<RequestId>lab</RequestId></Error>`, status)
  }
}

export function xmlAnswer(body: string, status = 200): AwsAnswer {
  return {
    status,
    headers: {'content-type': 'text/xml'},
    body: `<?xml version="1.0" encoding="utf-8"?>${body}`,
  }
}

export function jsonAnswer(value: unknown, status = 200): AwsAnswer {
  return {status, headers: {'content-type': 'application/x-amz-json-1.1'}, body: JSON.stringify(value)}
}
