import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { liesWithin, repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { count } from '../../text/figures.ts';
import { tryGit } from '../git.ts';

/** More are counted, not named. */
const mostNamed = 10;

/**
 * Refuses a checkout below whose root git tracks a link that leads out of the repository and that main does not have: a prompt, a case or a
 * report behind it would be a file of the machine that judges, with whatever is secret in it. Asked before any code of the project runs.
 * @param base commit of main whose own links are main's affair; undefined where none is known
 * @throws {DocketError} naming the links
 */
export async function refuseForeignLinks(root: string, base: string | undefined): Promise<void> {
  const listed = await tryGit(root, 'ls-files', '--stage', '-z');
  if (listed === undefined) throw new DocketError(`git does not list the files of ${root}, so its links are not known. Try: git ls-files`);
  const tracked = linksIn(listed);
  if (tracked.size === 0) return;
  const before = linksIn((base && (await tryGit(root, 'ls-tree', '-r', '-z', base))) ?? '');
  const top = repositoryAround(root);
  const foreign = [...tracked]
    .filter(([path, content]) => before.get(path) !== content)
    .flatMap(([path]) => {
      const target = targetOf(join(root, path));
      return target === undefined || liesWithin(target, top) ? [] : [`  ${path} -> ${target}`];
    });
  if (foreign.length === 0) return;
  const more = foreign.length > mostNamed ? `\n  and ${count(foreign.length - mostNamed)} more` : '';
  throw new DocketError(
    `These links of this checkout lead out of the repository and are not on main; nothing behind them is read or written:\n${foreign.slice(0, mostNamed).join('\n')}${more}\nPut the files themselves there.`,
  );
}

/** Paths of links with what git has of each. Both commands print `mode … hash …<tab>path`, from the folder that they run in. */
function linksIn(listed: string): Map<string, string> {
  return new Map(
    listed.split('\0').flatMap((entry): [string, string][] => {
      const [about = '', path] = entry.split('\t');
      if (path === undefined || !about.startsWith('120000 ')) return [];
      return [[path, /[0-9a-f]{40,64}/.exec(about)?.[0] ?? '']];
    }),
  );
}

/** Where a link leads in the end; what is not there yet may come, so the way to it counts. Undefined when it is no link any more. */
function targetOf(path: string): string | undefined {
  try {
    if (!lstatSync(path).isSymbolicLink()) return undefined;
  } catch {
    return undefined;
  }
  try {
    return realpathSync(path);
  } catch {
    return resolve(realFolder(dirname(path)), readlinkSync(path));
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
