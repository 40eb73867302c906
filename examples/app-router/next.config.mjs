import { withPixmill } from 'pixmill/next'

export default withPixmill({
  // The repository above has a lockfile of its own; this app's root is here.
  turbopack: { root: import.meta.dirname },
  images: {
    // The orbit pictures come from a second server, which start.mjs starts on any free port.
    remotePatterns: [{ protocol: 'http', hostname: '127.0.0.1', pathname: '/pictures/**' }],
    // That server is on this machine. Leave this out when your remote pictures are on the internet.
    dangerouslyAllowLocalIP: true,
  },
})
