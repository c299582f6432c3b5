import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fields of a `package.json` that no module's loading depends on. What a dependency is counts by the packages that are imported. */
const idle = new Set([
  'author',
  'bugs',
  'contributors',
  'dependencies',
  'description',
  'devDependencies',
  'files',
  'funding',
  'homepage',
  'keywords',
  'license',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'private',
  'publishConfig',
  'repository',
  'version',
]);

/** Scripts that package managers run by themselves, and what builds: they can write source files. */
const busyScripts = /^(?:pre|post)?(?:install|prepare|prepack|prepublish(?:Only)?|build|generate)/;

/** True when two texts of a `package.json` mean the same for what is loaded and run. */
export function sameManifest(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  try {
    return JSON.stringify(busyPart(one)) === JSON.stringify(busyPart(other));
  } catch {
    return false;
  }
}

function busyPart(text: string): unknown {
  const { scripts = {}, ...fields } = JSON.parse(text) as { scripts?: Record<string, string> };
  return [Object.entries(fields).filter(([name]) => !idle.has(name)), Object.entries(scripts).filter(([name]) => busyScripts.test(name))];
}

const asking = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
/** They say of packages at any depth which version is installed. */
const deciding = ['overrides', 'resolutions', 'pnpm'] as const;

type Asked = Partial<Record<(typeof asking)[number], Record<string, string>> & Record<(typeof deciding)[number], unknown>>;

/**
 * Those of the packages that the `package.json` of one folder asks for and that of another not in the same version; all of them where what others ask for is
 * overridden otherwise.
 */
export function differentlyAsked(one: string, other: string, packages: Iterable<string>): string[] {
  const [before, after] = [askedIn(one), askedIn(other)];
  const [decided, decidedNow] = [before, after].map((asked) => JSON.stringify(deciding.map((field) => asked[field])));
  const version = (asked: Asked, name: string) => asking.flatMap((field) => asked[field]?.[name] ?? [])[0];
  const differs = (name: string) => version(before, name) !== undefined && version(before, name) !== version(after, name);
  return [...packages].filter((name) => decided !== decidedNow || differs(name)).sort();
}

function askedIn(folder: string): Asked {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Asked;
  } catch {
    return {};
  }
}

/** Scripts that run when packages are installed, and may write into them. */
export function installScripts(text: string | undefined): [string, string][] {
  try {
    const { scripts = {} } = JSON.parse(text ?? '{}') as { scripts?: Record<string, string> };
    return Object.entries(scripts).filter(([name]) => /^(?:(?:pre|post)?install|(?:pre|post)?prepare)$/.test(name));
  } catch {
    return [];
  }
}
