import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package manager in the words that people type. */
export interface Installer {
  /** Installs packages for development. */
  readonly add: string;
  /** Installs what the lockfile says, in CI. */
  readonly install: string;
  /** Before an installed program's name. Never fetches one of that name that is not installed. */
  readonly run: string;
  /** Packages of a workspace are installed for all of it, in the top folder. */
  readonly hoists: boolean;
  /** What the setup of Node.js in CI is told to cache. */
  readonly cache: 'npm' | 'pnpm' | 'yarn' | undefined;
  /** The line of a workflow that brings the manager itself. */
  readonly bring?: string;
}

const npm: Installer = { add: 'npm install --save-dev', install: 'npm ci', run: 'npx --no', hoists: true, cache: 'npm' };

const byLockfile: Readonly<Record<string, Installer>> = {
  'package-lock.json': npm,
  'pnpm-lock.yaml': {
    add: 'pnpm add --save-dev',
    install: 'pnpm install --frozen-lockfile',
    run: 'pnpm exec',
    hoists: false,
    cache: undefined,
    bring: 'npm install --global pnpm',
  },
  'yarn.lock': {
    add: 'yarn add --dev',
    install: 'yarn install --immutable',
    run: 'yarn run',
    hoists: true,
    cache: undefined,
    bring: 'corepack enable',
  },
  'bun.lock': {
    add: 'bun add --dev',
    install: 'bun install --frozen-lockfile',
    run: 'bunx --no-install',
    hoists: true,
    cache: undefined,
    bring: 'npm install --global bun',
  },
};

/** The manager whose lockfile lies in the folder, or in the nearest one above it up to `top`; npm where there is none. */
export function installerOf(directory: string, top: string): Installer {
  for (let folder = directory; ; folder = dirname(folder)) {
    const found = Object.keys(byLockfile).find((name) => existsSync(join(folder, name)));
    if (found !== undefined) return byLockfile[found] ?? npm;
    if (folder === top || dirname(folder) === folder) return npm;
  }
}
