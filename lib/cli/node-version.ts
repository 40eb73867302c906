/** Which versions of Node can run pixmill. Imports nothing, so that it loads on the versions it refuses. */

/** What `engines` in package.json says. */
export const NODE_EXPECTED = 'Node.js ^20.19 || >=22.12'

/** ^20.19 || >=22.12: the versions in which CommonJS can `require` ES modules. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major === 20) return minor >= 19
  if (major === 22) return minor >= 12
  return major > 22
}
