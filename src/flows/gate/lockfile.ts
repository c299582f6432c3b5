import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Who wrote a lockfile, and how it installs exactly what the file says, without running anybody's scripts. */
const managers = {
  // Before the other one, as npm has it.
  'npm-shrinkwrap.json': ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
  'package-lock.json': ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
  'pnpm-lock.yaml': ['pnpm', 'install', '--frozen-lockfile', '--ignore-scripts'],
  'yarn.lock': ['yarn', 'install', '--immutable', '--mode=skip-build'],
  'bun.lock': ['bun', 'install', '--frozen-lockfile', '--ignore-scripts'],
  'bun.lockb': ['bun', 'install', '--frozen-lockfile', '--ignore-scripts'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

type LockfileName = keyof typeof managers;

export const lockfileNames = Object.keys(managers) as LockfileName[];

export interface Lockfile {
  readonly name: LockfileName;
  readonly folder: string;
  readonly text: string;
  readonly install: readonly [string, ...string[]];
}

/**
 * The lockfiles of a folder, or of the nearest folder above it up to `top`: in a workspace they lie there. Which of several is the one that is installed from
 * is written nowhere.
 */
export function findLockfiles(folder: string, top: string): Lockfile[] {
  const names = lockfileNames.filter((each) => existsSync(join(folder, each)));
  if (names.length > 0) return names.map((name) => readLockfile(folder, name));
  return folder === top || dirname(folder) === folder ? [] : findLockfiles(dirname(folder), top);
}

function readLockfile(folder: string, name: LockfileName): Lockfile {
  const text = readFileSync(join(folder, name), 'utf8');
  // Yarn of before version 2 knows other words.
  const install =
    name === 'yarn.lock' && text.includes('# yarn lockfile v1')
      ? (['yarn', 'install', '--frozen-lockfile', '--ignore-scripts'] as const)
      : managers[name];
  return { name, folder, text, install };
}

/** Those of the packages for which two lockfiles of the same name do not say the same. */
export function differentlyLocked(name: string, one: string, other: string, packages: Iterable<string>): string[] {
  if (one === other) return [];
  const entries = /^(?:package-lock|npm-shrinkwrap)\.json$/.test(name) ? npmEntries : name === 'bun.lockb' ? wholeText : entriesByText;
  const [before, after] = [entries(one), entries(other)];
  return [...new Set(packages)].filter((wanted) => before(wanted) !== after(wanted)).sort();
}

/** Everything that the file says of a package, in one text. */
type Entries = (wanted: string) => string;

function npmEntries(text: string): Entries {
  let packages: [string, unknown][];
  try {
    const read = JSON.parse(text) as { packages?: Record<string, unknown>; dependencies?: LockedBefore7 };
    packages = read.packages ? Object.entries(read.packages) : placesOf(read.dependencies);
  } catch {
    return wholeText(text);
  }
  return (wanted) =>
    JSON.stringify(packages.filter(([place]) => place === `node_modules/${wanted}` || place.endsWith(`/node_modules/${wanted}`)));
}

/** What npm wrote before version 7, each package with those that are installed below it. */
type LockedBefore7 = { readonly [name: string]: { readonly dependencies?: LockedBefore7 } };

function placesOf(locked: LockedBefore7 = {}, above = ''): [string, unknown][] {
  return Object.entries(locked).flatMap(([name, { dependencies, ...rest }]): [string, unknown][] => {
    const place = `${above}node_modules/${name}`;
    return [[place, rest], ...placesOf(dependencies, `${place}/`)];
  });
}

/** A file that cannot be told apart says something of every package. */
function wholeText(text: string): Entries {
  return () => text;
}

/** Lines that name the package at their beginning, each with the deeper lines below it: right for pnpm's, Yarn's and Bun's files. */
function entriesByText(text: string): Entries {
  const lines = text.split(/\r?\n/);
  return (wanted) => {
    const name = wanted.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    const head = new RegExp(`^(\\s*)["']?/?(?:[^\\s"']+, ?"?)*${name}(?:@|["']?:|/\\d)`);
    return lines
      .flatMap((line, index) => {
        const indent = head.exec(line)?.[1]?.length;
        if (indent === undefined) return [];
        const end = lines.findIndex(
          (next, place) => place > index && (next.trim() === '' || next.length - next.trimStart().length <= indent),
        );
        return [lines.slice(index, end < 0 ? undefined : end).join('\n')];
      })
      .join('\n');
  };
}
