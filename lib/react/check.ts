/** Mistakes in the props of `<Picture>`, told while the page is being developed. Never called in production. */
import { type PictureProps, toStatic } from './props.js'

/** Throws at the first one. */
export function checkProps(props: PictureProps): void {
  const imported = toStatic(props.src)
  const src = imported?.src ?? props.src
  if (typeof src !== 'string' || src === '') throw mistake('a URL or a static import for src', src, 'without')
  if (typeof props.alt !== 'string') throw mistake('a text, empty for decoration, for alt', props.alt, src)
  if (!imported && !props.fill && !(props.width && props.height)) {
    throw mistake('width and height, or fill, for a source that is no static import', props.width, src)
  }
  if (props.placeholder === 'blur' && !(props.blurDataURL ?? imported?.blurDataURL)) {
    throw mistake('blurDataURL, such as getImage returns it, for placeholder="blur"', undefined, src)
  }
  if (props.placeholder === 'color' && !props.color) {
    throw mistake('color, such as getImage returns it, for placeholder="color"', props.color, src)
  }
}

function mistake(expected: string, received: unknown, src: unknown): TypeError {
  return new TypeError(`Expected ${expected} but received ${String(received)} in <Picture src=${JSON.stringify(src)}>`)
}
