/** What the check runs inside of a page: the browser gets the text of each function, so none of them may use anything from outside of itself. */

/** Resolves when React has taken the element over: before, it takes no click. */
export const waitForReact = (element) =>
  new Promise((resolve) => {
    const look = () =>
      Object.keys(element).some((key) => key.startsWith('__react')) ? resolve() : setTimeout(look, 20)
    look()
  })

/** Every URL that the page can ask a picture from, with the width that `srcset` promises and the photograph that it is to show. */
export function collectInPage() {
  const found = []
  const add = (url, { width = null, photo = null } = {}) =>
    found.push({ url: new URL(url, location).href, width, photo })
  const addSet = (set, photo) => {
    for (const candidate of (set ?? '').split(', ').filter(Boolean)) {
      const [url, descriptor = ''] = candidate.trim().split(/\s+/)
      add(url, { photo, width: descriptor.endsWith('w') ? Number.parseInt(descriptor, 10) : null })
    }
  }
  for (const element of document.querySelectorAll('img, source, [data-photo], link[rel=preload][as=image]')) {
    const photo = element.dataset.photo
    for (const name of ['src', 'href']) if (element.hasAttribute(name)) add(element.getAttribute(name), { photo })
    for (const name of ['srcset', 'imagesrcset']) addSet(element.getAttribute(name), photo)
    for (const [, url] of (element.getAttribute('style') ?? '').matchAll(/url\("([^"]+)"\)/g)) {
      add(url, { photo })
    }
  }
  return found.filter(({ url }) => !url.startsWith('data:'))
}

/** Status, type and width of what a browser makes of one URL. */
export async function askInPage(url) {
  const response = await fetch(url)
  const type = response.headers.get('content-type')
  if (response.status !== 200) return { status: response.status, type, width: 0 }
  const bitmap = await createImageBitmap(await response.blob()).catch(() => null)
  const width = bitmap?.width ?? 0
  bitmap?.close()
  return { status: 200, type, width }
}
