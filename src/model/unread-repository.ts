import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A repository that is there, and that git does not read. */
export interface UnreadRepository {
  readonly top: string;
  /** In git's words, or that there is no git. */
  readonly reason: string;
}

/** The repository that a folder lies in, where git does not read it: its files are of another user, say. Undefined where it does, and outside of any. */
export function unreadRepository(folder: string): UnreadRepository | undefined {
  const top = topAbove(realpathSync(folder));
  if (top === undefined) return undefined;
  try {
    execFileSync('git', ['-C', folder, 'rev-parse', '--git-dir'], {
      env: { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))), LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return undefined;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: Buffer };
    const [said = ''] = (stderr?.toString() ?? '').trim().split('\n');
    return { top, reason: code === 'ENOENT' ? 'git is not installed' : said.replace(/^fatal: /, '') || `git failed (${code})` };
  }
}

/** What makes git read it, as a sentence. */
export function howToRead({ top, reason }: UnreadRepository): string {
  return reason === 'git is not installed'
    ? 'Install git.'
    : `Run Docket as the user whose files they are, or say that you trust them: git config --global --add safe.directory ${top}`;
}

function topAbove(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  return dirname(folder) === folder ? undefined : topAbove(dirname(folder));
}
