/** What a set of rules is: text files to copy, for one server. Plain data; nothing is written here. */

export type ServerName = 'nginx' | 'apache' | 'netlify' | 'cloudflare' | 'cloudfront'

export interface RuleFile {
  /** Where it belongs, relative, with `/`: below the project for hosts that read it there, else a name of our own. */
  readonly name: string
  readonly text: string
  /** One sentence: what to do with it. */
  readonly about: string
}

export interface FormatRules {
  readonly files: readonly RuleFile[]
}

export interface RulePath {
  /** `/docs/_next/image`: the URL path of the pictures, with the base path. */
  readonly path: string
  /** `/docs`. Where it is not given it is what stands before `/_next/image`. */
  readonly basePath?: string
}

/** A `RulePath` that was checked: safe to paste into the language of any of the servers. */
export interface Location {
  /** Without a slash at its end. */
  readonly path: string
  /** Empty, or like `/docs`. */
  readonly basePath: string
  /** Below the output, where no base path is: `_next/image`. */
  readonly folder: string
}
