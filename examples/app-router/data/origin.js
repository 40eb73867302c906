// Where the remote pictures are: told by start.mjs at run time, so pages that need it are rendered per request.
export const originUrl = () => process.env.ORIGIN_URL ?? 'http://127.0.0.1:3001'
