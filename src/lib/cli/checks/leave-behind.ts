/**
 * Ends the process once everything is written. A target that hangs may hold a connection that does not obey, and nobody
 * is to wait for that.
 */
export async function leaveBehind(): Promise<never> {
  const {stdout, stderr} = process
  await Promise.all([stdout, stderr].map((stream) => new Promise((done) => stream.write('', done))))
  process.exit()
}
