/** `@babel/parser`, where the project or this package finds one. It is not a dependency: only who moves over needs it, once. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { unsupportedError } from '../../next/faults.js'
import type { Node } from './syntax.js'

export type Parse = (text: string, path: string) => Node

interface Babel {
  parse(text: string, options: object): Node
}

const NAME = '@babel/parser'

/** Looks from `project` first, then from here. */
export async function loadParser(
  project: string,
  install: string,
  from: readonly string[] = [import.meta.url],
): Promise<Parse> {
  for (const place of [join(project, 'package.json'), ...from]) {
    const path = resolveFrom(place)
    if (path === undefined) continue
    const babel = (await import(pathToFileURL(path).href)) as Babel & { default?: Babel }
    const { parse } = babel.default ?? babel
    return (text, name) => parse(text, optionsFor(name))
  }
  throw unsupportedError(`the package ${NAME}`, 'an installed one', 'none', `Run: ${install} ${NAME}@8.1.3`)
}

function resolveFrom(place: string): string | undefined {
  try {
    return createRequire(place).resolve(NAME)
  } catch {
    return undefined
  }
}

function optionsFor(path: string): object {
  // In these `<T>x` is a type, not an element.
  const isPlain = /\.[mc]?ts$/.test(path)
  return {
    sourceType: 'unambiguous',
    allowReturnOutsideFunction: true,
    errorRecovery: true,
    createImportExpressions: true,
    plugins: ['typescript', 'decorators-legacy', ...(isPlain ? [] : ['jsx'])],
  }
}
