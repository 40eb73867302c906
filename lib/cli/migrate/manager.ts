/** The words of the package manager whose lock file the project has. Runs nothing. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface Manager {
  readonly install: string
  readonly installDev: string
  readonly uninstall: string
}

const MANAGERS: readonly (readonly [lock: string, manager: Manager])[] = [
  ['pnpm-lock.yaml', { install: 'pnpm add', installDev: 'pnpm add -D', uninstall: 'pnpm remove' }],
  ['yarn.lock', { install: 'yarn add', installDev: 'yarn add -D', uninstall: 'yarn remove' }],
  ['bun.lock', { install: 'bun add', installDev: 'bun add -d', uninstall: 'bun remove' }],
  ['bun.lockb', { install: 'bun add', installDev: 'bun add -d', uninstall: 'bun remove' }],
]

const NPM: Manager = { install: 'npm install', installDev: 'npm install -D', uninstall: 'npm uninstall' }

export function findManager(project: string): Manager {
  return MANAGERS.find(([lock]) => existsSync(join(project, lock)))?.[1] ?? NPM
}
