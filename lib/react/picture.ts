/**
 * `<Picture>`: one `<img>`, and in a static export a `<source>` for each format before it. Neither a hook nor a state, so that it works in Server
 * and in Client Components and adds no script to the page.
 */
import { type CSSProperties, createElement, type ImgHTMLAttributes, type ReactElement } from 'react'
import ReactDOM from 'react-dom'
import { type Candidates, formatsToOffer, type PictureFormat, toCandidates } from './candidates.js'
import { checkProps } from './check.js'
import { toBackground } from './placeholder.js'
import { isPreloaded, type PictureProps, type Resolved, resolveProps, toStyle } from './props.js'

interface Offer {
  readonly format: PictureFormat | 'original'
  readonly candidates: Candidates
}

/** For layout the `<img>` stands where the `<picture>` does. */
const UNSEEN: CSSProperties = { display: 'contents' }

/**
 * A picture in all the sizes and formats that a browser may want.
 *
 * @example <Picture src={hero} alt="The harbor at dawn" sizes="(min-width: 800px) 50vw, 100vw" placeholder="blur" />
 */
export function Picture(props: PictureProps): ReactElement {
  if (process.env.NODE_ENV !== 'production') checkProps(props)
  const resolved = resolveProps(props)
  const own = props.unoptimized ? null : toCandidates(resolved, 'original')
  // The loader gives some sources back as they are: SVG, data.
  if (own === null || own.src === resolved.src) return createImg(props, resolved, null)
  const offers = listOffers(resolved, own, props)
  const [first] = offers
  if (first !== undefined && isPreloaded(props)) preload(first, resolved)
  const sources = offers.filter(({ format }) => format !== 'original').map((offer) => createSource(offer, resolved))
  return createElement('picture', { style: UNSEEN }, ...sources, createImg(props, resolved, own))
}

/** The browser takes the first that it can show. A format that is the source's own needs no saying twice. */
function listOffers(resolved: Resolved, own: Candidates, { formats }: PictureProps): Offer[] {
  const offers = formatsToOffer(formats).map((format) => ({ format, candidates: toCandidates(resolved, format) }))
  const others = offers.filter(({ candidates }) => candidates.srcSet !== own.srcSet)
  return [...others, { format: 'original', candidates: own }]
}

function createSource({ format, candidates }: Offer, { sizes }: Resolved): ReactElement {
  return createElement('source', { type: `image/${format}`, sizes, srcSet: candidates.srcSet })
}

function createImg(props: PictureProps, resolved: Resolved, candidates: Candidates | null): ReactElement {
  const isFirst = isPreloaded(props)
  const attributes: ImgHTMLAttributes<HTMLImageElement> = {
    ...toRest(props),
    width: resolved.width,
    height: resolved.height,
    loading: props.loading ?? (isFirst ? undefined : 'lazy'),
    decoding: props.decoding ?? 'async',
    fetchPriority: props.fetchPriority ?? (isFirst ? 'high' : undefined),
    style: toStyle(props, toBackground(props, resolved)),
    // Last and in this order: a browser may begin to load at the first of them that it sees.
    sizes: candidates === null ? undefined : resolved.sizes,
    srcSet: candidates?.srcSet,
    src: candidates?.src ?? resolved.src,
  }
  return createElement('img', attributes)
}

/** What is not ours is the element's. */
function toRest(props: PictureProps): ImgHTMLAttributes<HTMLImageElement> {
  const {
    src,
    fill,
    quality,
    preload,
    priority,
    placeholder,
    blurDataURL,
    color,
    thumbhash,
    formats,
    unoptimized,
    ...rest
  } = props
  return rest as ImgHTMLAttributes<HTMLImageElement>
}

/** Tells the browser before it comes to the element. A browser that knows nothing of the type leaves it alone. */
function preload({ format, candidates }: Offer, { sizes }: Resolved): void {
  // React 18 has none.
  ReactDOM.preload?.(candidates.src, {
    as: 'image',
    imageSrcSet: candidates.srcSet,
    ...(sizes === undefined ? {} : { imageSizes: sizes }),
    ...(format === 'original' ? {} : { type: `image/${format}` }),
    fetchPriority: 'high',
  })
}
