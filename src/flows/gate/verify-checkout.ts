import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../contracts/temporary-folder.ts';

const run = promisify(execFile);

/** What a repository's own settings may say about which files count as changed, which commit is which, and what git starts. */
const plain = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.untrackedCache=false',
  '-c',
  'core.fileMode=true',
];

/**
 * True when every file of the commit is there with the commit's content, and no other that git would track. Everything is read: what the checkout's
 * own index remembers of times and sizes could have been made to fit.
 * @param repository the repository's `.git`; what the checkout itself says of it is not asked
 */
export async function isAsCommitted(repository: string, worktree: string, commit: string): Promise<boolean> {
  const folder = temporaryFolder('docket-index');
  const git = async (...words: string[]) => {
    const { stdout } = await run('git', ['-C', worktree, `--git-dir=${repository}`, `--work-tree=${worktree}`, ...plain, ...words], {
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, GIT_INDEX_FILE: join(folder, 'index'), GIT_NO_REPLACE_OBJECTS: '1' },
    });
    return stdout;
  };
  try {
    await git('read-tree', commit);
    const [changed, added] = await Promise.all([
      git('-c', 'diff.autoRefreshIndex=true', 'diff', '--name-only', '-z', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all'),
      addedFiles(git),
    ]);
    return changed === '' && added.length === 0;
  } catch {
    // A checkout that cannot be looked at is made again.
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files beside the commit's, by the ignore files that are part of it: those of the machine say nothing of what an agent may load. */
async function addedFiles(git: (...words: string[]) => Promise<string>): Promise<string[]> {
  const listed = await git('ls-files', '--others', '--exclude-per-directory=.gitignore', '-z');
  return listed.split('\0').filter((path) => path !== '' && !path.split('/').includes('node_modules'));
}
