/** Files that are no whole pictures: cut, damaged, empty, text, and the first bytes of formats. */

const text = (content) => Buffer.from(content)
const cut = (bytes, share) => bytes.subarray(0, Math.floor(bytes.length * share))
const damage = (bytes) => Buffer.from(bytes).fill(0xff, Math.floor(bytes.length * 0.3), Math.floor(bytes.length * 0.6))

export function makeBroken(files) {
  return {
    'cut.png': cut(files['rgb.png'], 0.5),
    'cut.jpg': cut(files['photo-baseline.jpg'], 0.5),
    'cut-progressive.jpg': cut(files['photo-progressive.jpg'], 0.5),
    'cut.webp': cut(files['photo.webp'], 0.5),
    'cut.gif': cut(files['still.gif'], 0.5),
    'cut.avif': cut(files['photo.avif'], 0.5),
    'cut.tiff': cut(files['rgb.tiff'], 0.5),
    'head.png': files['rgb.png'].subarray(0, 8),
    'head.jpg': files['photo-baseline.jpg'].subarray(0, 3),
    'head.gif': text('GIF89a'),
    'damaged.png': damage(files['rgb.png']),
    'damaged.webp': damage(files['photo.webp']),
    'empty.png': Buffer.alloc(0),
    'one.png': Buffer.from([0x89]),
    'claims.png': claimSize(files['rgb.png'], 60_000, 60_000),
    'zero.png': claimSize(files['rgb.png'], 0, 0),
  }
}

/** The header says so many pixels; its checksum is left wrong. */
function claimSize(png, width, height) {
  const bytes = Buffer.from(png)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes
}

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'

export function makeTexts() {
  return {
    'page.png': text('<!doctype html><html><body>no picture</body></html>'),
    'note.jpg': text('plain text\n'),
    'data.webp': text('{"not":"a picture"}'),
    'zeros.png': Buffer.alloc(512),
    'paper.pdf': text('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'),
    'prolog.svg': text(`<?xml version="1.0" encoding="UTF-8"?>\n${SVG}`),
    'comment.svg': text(`<!-- drawn by hand -->\n${SVG}`),
    'spaces.svg': text(`\n\n  ${SVG}`),
    'bom.svg': text(`\ufeff${SVG}`),
    'named.png': text(SVG),
    'doctype.svg': text(`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n${SVG}`),
    'upper.svg': text(SVG.toUpperCase()),
    'ftyp.svg': text(`<!--ftypavif-->${SVG}`),
    'script.svg': text(SVG.replace('/>', '/><script>alert(1)</script>')),
    'inside.html': text(`<html><body>${SVG}</body></html>`),
    'entity.xml': text('<?xml version="1.0"?><feed/>'),
  }
}

const box = (brand, size = 24) =>
  Buffer.concat([Buffer.from([0, 0, 0, size]), text(`ftyp${brand}`), Buffer.alloc(4), text('mif1'), Buffer.alloc(40)])

/** Little more than the bytes by which a type is told. */
export function makeBoxes() {
  return {
    'box.heic': box('heic'),
    'box.avif': box('avif'),
    'sequence.avif': box('avis'),
    'mif1.heif': box('mif1'),
    'lying-box.avif': box('avif', 255),
    'naked.jxl': Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.alloc(30)]),
    'box.jxl': Buffer.from('0000000c4a584c200d0a870a00000000', 'hex'),
    'box.jp2': Buffer.from('0000000c6a5020200d0a870a00000014667479706a703220', 'hex'),
    'icon.icns': Buffer.concat([text('icns'), Buffer.from([0, 0, 0, 16]), text('ic07'), Buffer.alloc(8)]),
    'pointer.cur': Buffer.concat([Buffer.from([0, 0, 2, 0, 1, 0]), Buffer.alloc(60)]),
    'layers.psd': Buffer.concat([text('8BPS'), Buffer.from([0, 1]), Buffer.alloc(40)]),
    'gray.pgm': text('P5\n2 2\n255\nabcd'),
    'texture.dds': Buffer.concat([text('DDS '), Buffer.alloc(124)]),
    'big-endian.tiff': Buffer.concat([text('MM\0*'), Buffer.from([0, 0, 0, 8, 0, 0]), Buffer.alloc(20)]),
    'video.mp4': box('isom'),
  }
}
