/** One vCenter or ESXi host and how to sign in. Paths are absolute. */
export interface VsphereTarget {
  /** As in the inventory, for messages. */
  name: string
  /** `https://vc.example.net/sdk` */
  url: string
  user: string
  /** Asked for when somebody signs in; what it throws is thrown as it is. */
  password(): Promise<string>
  tls: VsphereTls
}

export interface VsphereTls {
  /** PEM files; without any the authorities of Node.js and of the system. */
  ca?: readonly string[]
  /** SHA-256 or SHA-1 of the server's certificate, colons optional: then this alone decides. */
  thumbprint?: string
  /** The name that the certificate must have; without it the host of the URL. */
  servername?: string
  /** Takes any certificate. */
  insecure?: boolean
}

export interface Address {
  host: string
  port: number
  /** `/sdk` */
  path: string
  /** `vc.example.net` or `vc.example.net:8443` */
  where: string
}

export function addressOf(url: string): Address {
  const {hostname, port, pathname, host} = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 443),
    path: pathname === '/' || pathname === '' ? '/sdk' : pathname.replace(/\/+$/, ''),
    where: host,
  }
}
