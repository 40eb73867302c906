import Image from 'next/image'

/** A picture of the collection, whichever way it comes: static import, `public/`, or the remote origin. */
export function Picture({ picture, origin, ...rest }) {
  const { image, title } = picture
  if (image.blurDataURL) return <Image src={image} alt={title} placeholder="blur" {...rest} />
  const src = image.remote ? `${origin}${image.remote}` : image.src
  return (
    <Image
      src={src}
      width={image.width}
      height={image.height}
      alt={title}
      style={{ backgroundColor: image.tone }}
      {...rest}
    />
  )
}
