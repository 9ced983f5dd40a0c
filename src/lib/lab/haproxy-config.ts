/** Where one instance listens and where the applications are. Both instances of a lab share the applications. */
export type HaproxyPlaces = {
  socketPath: string
  operatorSocketPath: string
  userSocketPath: string
  /** The Runtime API over TCP. */
  statsPort: number
  /** The path's first part picks the backend (`/sticky/x`); anything else goes to `app`. */
  httpPort: number
  /** TCP to `tcpapp`. */
  tcpPort: number
  /** TCP to `cut`, which closes sessions when the server goes down or into maintenance. */
  cutPort: number
  apps: {port: number; tcpPort: number}[]
  agentPort: number
  /** Nobody answers DNS there. */
  deadUdpPort: number
  /** Every backend that a test needs, or the few of a tour. */
  scope: 'all' | 'tour'
}

/** Enough to see a drain, followers, a last server and TCP sessions, and little enough for one screen. */
const TOUR: readonly string[] = ['app', 'sticky', 'one', 'tcpapp']

/** Backends that are reached over HTTP by the first part of the path. */
export const HTTP_BACKENDS = [
  'app',
  'sticky',
  'table',
  'one',
  'weighted',
  'limited',
  'parked',
  'unchecked',
  'hashed',
  'slowstart',
  'agent',
  'noretry',
  'touchy',
] as const

/**
 * A configuration with one backend for each thing that matters to a runbook. Written for 2.4 and later.
 * `expose-fd` and `idle-close-on-response` are what makes a reload lose no connection and no keep-alive request.
 */
export function haproxyConfig(places: HaproxyPlaces): string {
  return `${global(places)}
${defaults}
${frontends(places)}
${backends(places).filter(inScope(places)).join('\n')}
`
}

function inScope({scope}: HaproxyPlaces): (block: string) => boolean {
  return (block) => scope === 'all' || TOUR.some((name) => block.startsWith(`backend ${name}\n`))
}

function global(places: HaproxyPlaces): string {
  return `global
    stats socket ${places.socketPath} mode 600 level admin expose-fd listeners
    stats socket ipv4@127.0.0.1:${places.statsPort} level admin
    stats socket ${places.operatorSocketPath} mode 600 level operator
    stats socket ${places.userSocketPath} mode 600 level user
    stats timeout 2m`
}

const defaults = `defaults
    mode http
    option idle-close-on-response
    timeout connect 2s
    timeout client 30s
    timeout server 30s
    timeout queue 1s
    timeout check 3s
    default-server inter 500ms fall 2 rise 2`

function frontends(places: HaproxyPlaces): string {
  const known = places.scope === 'all' ? HTTP_BACKENDS : HTTP_BACKENDS.filter((name) => TOUR.includes(name))
  const routes = known.map((name) => `    use_backend ${name} if { path_beg /${name} }`).join('\n')
  return `frontend web
    bind 127.0.0.1:${places.httpPort}
${routes}
    default_backend app
frontend tcp
    mode tcp
    bind 127.0.0.1:${places.tcpPort}
    default_backend tcpapp${places.scope === 'all' ? cutFrontend(places) : ''}`
}

function cutFrontend(places: HaproxyPlaces): string {
  return `
frontend tcpcut
    mode tcp
    bind 127.0.0.1:${places.cutPort}
    default_backend cut`
}

function backends({apps, agentPort, deadUdpPort}: HaproxyPlaces): string[] {
  const at = (index: number) => `127.0.0.1:${apps[index]?.port}`
  const tcpAt = (index: number) => `127.0.0.1:${apps[index]?.tcpPort}`
  return [
    `backend app
    option httpchk GET /health
    server s1 ${at(0)} check
    server s2 ${at(1)} check
    server s3 ${at(2)} check
    server b1 ${at(3)} check backup`,
    `backend sticky
    cookie SRV insert indirect nocache
    server s1 ${at(0)} cookie s1 track app/s1
    server s2 ${at(1)} cookie s2 track app/s2`,
    `backend table
    stick-table type ip size 1k expire 1m
    stick on src
    server s1 ${at(0)} track sticky/s1
    server s3 ${at(2)} check
    server b1 ${at(3)} check backup`,
    `backend one
    server s1 ${at(0)} check`,
    `backend weighted
    server s1 ${at(0)} check weight 1
    server s2 ${at(1)} check weight 1
    server s3 ${at(2)} check weight 50`,
    `backend limited
    server s1 ${at(0)} check maxconn 4
    server s2 ${at(1)} check maxconn 4
    server s3 ${at(2)} check maxconn 4`,
    `backend parked
    option httpchk GET /health
    server s1 ${at(0)} check
    server s2 ${at(1)} check disabled`,
    `backend unchecked
    server s1 ${at(0)}
    server s2 ${at(1)}`,
    `backend hashed
    balance source
    server s1 ${at(0)} check weight 2
    server s2 ${at(1)} check weight 2`,
    `backend slowstart
    server s1 ${at(0)} check slowstart 4s
    server s2 ${at(1)} check`,
    `backend agent
    server a1 ${at(0)} check agent-check agent-port ${agentPort} agent-inter 500ms
    server a2 ${at(1)} check`,
    // With retries HAProxy hides a server that refuses connections for some seconds, at the price of waiting.
    `backend noretry
    retries 0
    option httpchk GET /health
    server s1 ${at(0)} check
    server s2 ${at(1)} check
    server s3 ${at(2)} check`,
    // One failed check takes it down, so it counts as fully healthy before the first one.
    `backend touchy
    option httpchk GET /health
    server s1 ${at(0)} check fall 1
    server s2 ${at(1)} check fall 1`,
    `backend tcpapp
    mode tcp
    server s1 ${tcpAt(0)} check
    server s2 ${tcpAt(1)} check`,
    `backend cut
    mode tcp
    server s1 ${tcpAt(0)} check on-marked-down shutdown-sessions
    server s2 ${tcpAt(1)} check on-marked-down shutdown-sessions`,
    `backend dns
    server d1 app.example.invalid:80 check resolvers r1 init-addr none`,
    `resolvers r1
    nameserver n1 127.0.0.1:${deadUdpPort}
    hold refused 1s
    timeout retry 300ms`,
  ]
}
