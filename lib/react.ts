/** The entry `pixmill/react`: pictures for Server and Client Components. Never loads the addon. */
export { type CssImage, imageSet } from './react/image-set.js'
export { Picture } from './react/picture.js'
export type { PictureProps, PictureSource, StaticPicture } from './react/props.js'
