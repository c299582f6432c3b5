import { execFile } from 'node:child_process';
import { existsSync, globSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { DescribedFactors } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { contentHash } from './content-hash.ts';

interface PlacedAgent {
  readonly name: string;
  readonly root?: string | undefined;
}

/** The files of each factor, as absolute paths, sorted. A file that two factors name belongs to the first. */
export type FactorPaths = ReadonlyMap<string, readonly string[]>;

/** Where installed packages lie, and what programs write beside their sources as they run: neither is written by anybody. */
const written = new Set([
  'node_modules',
  '.git',
  '.venv',
  'venv',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.DS_Store',
]);

/**
 * Finds the files of a version's factors. What git ignores is left out: another checkout has it not, or otherwise.
 * @throws {DocketError} when a pattern matches nothing or is absolute: a slip of the pen would otherwise leave a file out in silence
 */
export async function factorPaths({ name, root }: PlacedAgent, factors: DescribedFactors = {}): Promise<FactorPaths> {
  const found = new Map<string, string[]>();
  if (Object.values(factors).every(({ files }) => files.length === 0)) return found;
  if (root === undefined)
    throw new DocketError(
      `agent "${name}", factors: the patterns are relative to docket.config.ts, but the agent was not loaded from one.`,
    );
  const taken = new Set<string>();
  const matches = Object.entries(factors).map(([factor, { files }]) => {
    const at = `agent "${name}", factors: "${factor}"`;
    return [factor, files.map((pattern) => ({ at, pattern, files: filesOf(pattern, root, at) }))] as const;
  });
  const ignored = await ignoredByGit(root, [...new Set(matches.flatMap(([, each]) => each.flatMap(({ files }) => files)))]);
  for (const [factor, patterns] of matches) {
    const own: string[] = [];
    for (const { at, pattern, files } of patterns) {
      const kept = files.filter((file) => !ignored.has(file));
      if (kept.length === 0)
        throw new DocketError(
          `${at}: "${pattern}" matches no file below ${root} that git does not ignore. Correct the pattern, or remove it.`,
        );
      for (const file of kept) if (!taken.has(file)) own.push(file);
      for (const file of own) taken.add(file);
    }
    found.set(factor, [...new Set(own)].sort());
  }
  return found;
}

/** Path and content of each file of each factor, and its variables, as one hash a factor. */
export async function factorHashes(agent: PlacedAgent, factors: DescribedFactors = {}): Promise<ReadonlyMap<string, string>> {
  const paths = await factorPaths(agent, factors);
  return new Map(
    Object.entries(factors).map(([factor, { environment }]) => {
      const files = (paths.get(factor) ?? []).map((file) => [
        relative(agent.root ?? '', file)
          .split(sep)
          .join('/'),
        contentHash(file),
      ]);
      return [factor, sha256(canonicalJson([files, environment]))];
    }),
  );
}

function filesOf(pattern: string, root: string, at: string): string[] {
  if (isAbsolute(pattern))
    throw new DocketError(`${at}: "${pattern}" is absolute. Write it relative to docket.config.ts, for example prompts/**.`);
  const matches = globSync(pattern, { cwd: root, exclude: (path) => written.has(path.split(sep).at(-1) ?? '') });
  const seen = new Set<string>();
  return matches.flatMap((match) => filesBelow(join(root, match), seen));
}

/** @param seen paths that were looked at: a pattern matches folders and all that is in them */
function filesBelow(path: string, seen: Set<string>, above: readonly string[] = []): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  if (written.has(path.split(sep).at(-1) ?? '') || path.endsWith('.pyc')) return [];
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return [path];
  if (!found?.isDirectory()) return [];
  const real = realpathSync(path);
  // A link to a folder around it.
  if (above.includes(real)) return [];
  return readdirSync(path).flatMap((entry) => filesBelow(join(path, entry), seen, [...above, real]));
}

/** Outside of a repository nothing is ignored. git answers for the files of one repository: those of a submodule are asked of it. */
async function ignoredByGit(root: string, files: readonly string[]): Promise<ReadonlySet<string>> {
  const ofRepository = new Map<string, string[]>();
  for (const file of files) {
    const repository = repositoryBelow(root, dirname(file));
    const own = ofRepository.get(repository) ?? [];
    ofRepository.set(repository, own);
    own.push(file);
  }
  const ignored = await Promise.all([...ofRepository].map(([repository, own]) => ignoredIn(repository, own)));
  return new Set(ignored.flat());
}

/** The folder with a `.git` nearest to a file; `root` where there is none below it. */
function repositoryBelow(root: string, folder: string): string {
  if (!folder.startsWith(`${root}${sep}`)) return root;
  return existsSync(join(folder, '.git')) ? folder : repositoryBelow(root, dirname(folder));
}

function ignoredIn(repository: string, files: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const words = ['-C', repository, 'check-ignore', '-z', '--stdin'];
    const git = execFile('git', words, { maxBuffer: 256 * 1024 * 1024 }, (_, listed) =>
      resolve(listed.split('\0').filter((path) => path !== '')),
    );
    // git that does not read to the end says by its answer why.
    git.stdin?.on('error', () => {});
    git.stdin?.end(files.map((file) => `${file}\0`).join(''));
  });
}
