import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tryGit } from '../git.ts';
import { pathBelow } from './changed-files.ts';
import { editableSources } from './editable-sources.ts';

/** A checkout, and the one whose files are to be found in its place. */
export interface MovedCheckout {
  /** A folder of it. */
  readonly from: string;
  /** Top folder of the other. */
  readonly to: string;
}

/**
 * The environment of a program of another checkout: a value that leads to files of this one (`PYTHONPATH=/repository/src`) leads to the other's,
 * which would otherwise run this one's code and be no evidence of its own. What git does not know, such as installed packages, stays where it is,
 * but Python's packages that are made of this checkout's sources (an editable installation) are found in the other.
 */
export async function movedEnvironment(environment: NodeJS.ProcessEnv, { from, to }: MovedCheckout): Promise<NodeJS.ProcessEnv> {
  const told = await tryGit(from, 'rev-parse', '--show-toplevel');
  if (told === undefined) return environment;
  const tops = [...new Set([told, realpathSync(told), ...spelled(environment, realpathSync(told))])].sort((a, b) => b.length - a.length);
  const top = realpathSync(told);
  const isKnown = async (path: string) => path === '' || (await tryGit(top, 'ls-files', '--', `:(literal)${path}`)) !== '';
  const moved = await Promise.all(
    Object.entries(environment).map(async ([name, value]) => [name, value && (await movedText(value, { tops, to, isKnown }))] as const),
  );
  const sources = editableSources(environment, top).map((place) => join(to, pathBelow(top, place) ?? ''));
  const result = Object.fromEntries(moved);
  if (sources.length === 0) return result;
  return { ...result, PYTHONPATH: [result.PYTHONPATH, ...sources].filter(Boolean).join(delimiter) };
}

interface Moving {
  readonly tops: readonly string[];
  readonly to: string;
  readonly isKnown: (path: string) => Promise<boolean>;
}

/** A path ends where a list, an option or a quoted text of paths goes on. */
async function movedText(text: string, { tops, to, isKnown }: Moving): Promise<string> {
  const places = new RegExp(
    `(?<=^|[:;,=\\s"']|file://)(${tops.map((top) => top.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})(?=$|[/\\\\:;,\\s"'])[^:;,\\s"']*`,
    'g',
  );
  let moved = '';
  let end = 0;
  for (const { 0: place, 1: top = '', index } of text.matchAll(places)) {
    const below = place.slice(top.length);
    const isThere = (await isKnown(below.replace(/^[/\\]+|[/\\]+$/g, ''))) || existsSync(to + below);
    moved += text.slice(end, index) + (isThere ? to + below : place);
    end = index + place.length;
  }
  return moved + text.slice(end);
}

/** The shell's own spelling of where it is, through links. */
function spelled({ PWD, INIT_CWD }: NodeJS.ProcessEnv, top: string): string[] {
  return [PWD, INIT_CWD].flatMap((place) => {
    if (!place || !existsSync(place)) return [];
    const below = pathBelow(top, realpathSync(place));
    if (below === undefined) return [];
    return below === '' ? [place] : place.endsWith(`/${below}`) ? [place.slice(0, -below.length - 1)] : [];
  });
}
