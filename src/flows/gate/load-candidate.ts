import { dirname } from 'node:path';
import { findConfig } from '../find-config.ts';
import { findMergeBase, type MergeBase } from '../git.ts';
import { type LoadedConfig, loadConfig } from '../load-config.ts';
import { refuseForeignLinks } from './foreign-links.ts';
import type { GateRequest } from './gate-request.ts';

/**
 * The configuration of this checkout and the commit of main that it left, after a look at where its links lead: loading a configuration runs
 * code that reads files.
 * @throws {DocketError} as findMergeBase, refuseForeignLinks and loadConfig do
 */
export async function loadCandidate({
  directory,
  against,
}: Pick<GateRequest, 'directory' | 'against'>): Promise<{ readonly config: LoadedConfig; readonly base: MergeBase }> {
  const file = findConfig(directory);
  const root = file === undefined ? (await loadConfig(directory)).root : dirname(file);
  const base = await findMergeBase(root, against);
  await refuseForeignLinks(root, base.commit);
  return { config: await loadConfig(directory), base };
}
