const picture = Buffer.from(process.env.AVATAR, 'base64')

export default function handler(req, res) {
  // The picture is for everyone, so the request must not carry what belongs to one client.
  if (req.headers.cookie || req.headers.authorization) {
    res.status(403).end()
    return
  }
  res.setHeader('Content-Type', 'image/png')
  res.end(picture)
}
