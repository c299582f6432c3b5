import { opensFiles } from '../agent/opens-files.ts';
import { partNames } from '../reporters/words.ts';
import { listed } from '../text/figures.ts';
import type { PreparedVersion, Session } from './session.ts';

/** Which parts of a version differ, in words; undefined where none does. */
export function differenceOf(
  { agent }: Pick<Session, 'agent'>,
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): string | undefined {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);
  // Of an agent that answers by itself the part that holds its code is called tools, and it has none.
  const shown = agent.own ? names.map((name) => (name === 'tools' ? 'code' : name)) : names;
  return names.length === 0 ? undefined : `it differs in ${partNames(shown)}`;
}

/**
 * Looks, after trials were run here, whether their versions are still what their fingerprints say. Where one is not, nobody knows which trial ran on which
 * files, and all that this session stored is taken back.
 * @returns what to say of it; undefined where nothing has changed
 */
export async function takeBackChanged(session: Session, versions: readonly PreparedVersion[]): Promise<string | undefined> {
  // Workers look for themselves.
  if (session.workers) return undefined;
  const changes: string[] = [];
  for (const { identity, parts, version } of versions) {
    // A server that does not say which version it is has another one at each look.
    if (!opensFiles(session.agent, version) || version.served?.version === null) continue;
    const now = await session.prepareAgain(identity.name).catch((error: unknown) => error);
    const why = now instanceof Error ? now.message : changeOf(session, parts, now as PreparedVersion);
    if (why !== undefined) changes.push(`${identity.name} (${why})`);
  }
  if (changes.length === 0) return undefined;
  await session.store.takeBack();
  return `${listed(changes)} changed while its trials were run. Which of them ran on what is not known, so none that was run now is kept in the store. Run it again while nobody edits or deploys it. What the agent itself writes belongs elsewhere: into a temporary folder, say.`;
}

/** A server that is gone now has not changed for that. */
function changeOf(session: Session, parts: PreparedVersion['parts'], now: PreparedVersion): string | undefined {
  return now.version.served?.version === null ? undefined : differenceOf(session, parts, now.parts);
}
