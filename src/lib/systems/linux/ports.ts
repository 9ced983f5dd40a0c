/** From here on the kernel gives ports away as it likes (ip_local_port_range): another one after every start. */
const EPHEMERAL = 32_768

/** Those that a service has again after it was started anew. */
export function lastingPorts(ports: readonly number[]): number[] {
  return ports.filter((port) => port < EPHEMERAL)
}
