import { execFile } from 'node:child_process';
import { realpathSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import { temporaryFolder } from '../../contracts/temporary-folder.ts';
import { tryGit } from '../git.ts';

/** What one commit is to say and to change. */
export interface TreeCommit {
  readonly message: string;
  /** Text of each file that changes, by its path below the top folder; `null` for one that goes. */
  readonly files: ReadonlyMap<string, string | null>;
}

/** The files of one commit, and new commits on top of it, made of git's objects alone: no checkout, no index and no hook has a part in it. */
export class GitTree {
  /** Top folder of the repository, a real path. */
  readonly top: string;
  readonly commit: string;
  readonly #read = new Map<string, string | undefined>();
  /** Whether a file that was read can be run. */
  readonly #modes = new Map<string, string>();

  private constructor(top: string, commit: string) {
    this.top = top;
    this.commit = commit;
  }

  /** @throws {DocketError} outside of a repository, or in one without a commit */
  static async open(root: string, ref = 'HEAD'): Promise<GitTree> {
    const top = await tryGit(root, 'rev-parse', '--show-toplevel');
    const commit = await tryGit(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
    if (top === undefined || !commit)
      throw new DocketError(
        `${root} is not in a git repository with a commit, and a version is drafted as commits on a branch. Make it one: git init, git add, git commit.`,
      );
    return new GitTree(realpathSync(top), commit);
  }

  /** A file as a path below the top, with `/`. @throws {DocketError} for one that lies elsewhere */
  pathOf(file: string): string {
    const path = relative(this.top, file).split(sep).join('/');
    if (
      path === '' ||
      path.split('/').some((part) => part === '..' || part.toLowerCase() === '.git') ||
      path.startsWith('/') ||
      /^[A-Za-z]:/.test(path)
    )
      throw new DocketError(`${file} lies outside of the repository ${this.top}, and nothing outside of it is written.`);
    return path;
  }

  /** What a file of the commit says; undefined where the commit has no such file. A link is none. */
  async read(path: string): Promise<string | undefined> {
    if (!this.#read.has(path)) this.#read.set(path, await this.#blob(path));
    return this.#read.get(path);
  }

  /** Paths of the files below a folder of the commit. */
  async filesBelow(folder: string): Promise<string[]> {
    const listed = await git(this.top, ['ls-tree', '-r', '-z', '--full-tree', this.commit, '--', ...(folder === '' ? [] : [folder])]);
    return listed.split('\0').flatMap((line) => (/^100(?:644|755) blob /.test(line) ? [line.slice(line.indexOf('\t') + 1)] : []));
  }

  /**
   * Makes commits, one on top of the other.
   * @returns ids of the commits, in order
   * @throws {DocketError} when git refuses, as it does where nobody has said who commits
   */
  async add(commits: readonly TreeCommit[]): Promise<string[]> {
    const folder = temporaryFolder('docket-index');
    const environment = { GIT_INDEX_FILE: join(folder, 'index') };
    const made: string[] = [];
    try {
      await git(this.top, ['read-tree', this.commit], { environment });
      let parent = this.commit;
      for (const { message, files } of commits) {
        const entries: string[] = [];
        for (const [path, text] of files) {
          if (text === null) {
            entries.push(`0 ${'0'.repeat(this.commit.length)}\t${path}\0`);
            continue;
          }
          const id = (await git(this.top, ['hash-object', '-w', '--no-filters', '--stdin'], { input: text })).trim();
          entries.push(`${this.#modes.get(path) ?? '100644'} ${id}\t${path}\0`);
        }
        if (entries.length > 0) await git(this.top, ['update-index', '-z', '--index-info'], { environment, input: entries.join('') });
        const tree = (await git(this.top, ['write-tree'], { environment })).trim();
        parent = (await git(this.top, ['commit-tree', tree, '-p', parent, '-F', '-'], { input: message })).trim();
        made.push(parent);
      }
      return made;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** @throws {DocketError} where there is a branch of that name, or of one that git cannot have beside it */
  async createBranch(branch: string, commit: string): Promise<void> {
    await git(this.top, [
      'update-ref',
      '--create-reflog',
      '-m',
      'docket version draft',
      `refs/heads/${branch}`,
      commit,
      '0'.repeat(commit.length),
    ]);
  }

  /** A link, or a folder that a link leads to, has no text here: `git show` follows none. */
  async #blob(path: string): Promise<string | undefined> {
    const listed = await git(this.top, ['ls-tree', '-z', '--full-tree', this.commit, '--', path]);
    const [, mode] = /^(100(?:644|755)) blob /.exec(listed) ?? [];
    if (mode === undefined) return undefined;
    this.#modes.set(path, mode);
    return git(this.top, ['cat-file', 'blob', `${this.commit}:${path}`]);
  }
}

/**
 * Runs git with text on its standard input, and returns what it printed, as it is. Names are never patterns.
 * @throws {DocketError} with what git said
 */
export function git(
  root: string,
  words: readonly string[],
  { input, environment = {} }: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      ['-C', root, '-c', 'core.hooksPath=/dev/null', '--literal-pathspecs', ...words],
      { maxBuffer: 256 * 1024 * 1024, env: { ...process.env, ...environment } },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
        const said = stderr.trim().split('\n').slice(-4).join(' ');
        reject(
          new DocketError(
            missing
              ? 'git is not installed, and a version is drafted as commits on a branch. Install git.'
              : `git ${words[0]} failed: ${said || error.message}`,
            {
              cause: error,
            },
          ),
        );
      },
    );
    // git may end before it has read all of it, and says why itself.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}
