import { relative, sep } from 'node:path';
import { z } from 'zod';
import { repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type MutationReport, mutationReportSchema } from '../../contracts/mutation.ts';
import { findMergeBase, type MergeBase, tryGit } from '../git.ts';
import { mutationFile } from './write-mutation.ts';

/** What main, where the change left it, says of its suite; the report is undefined where it has none. */
export interface MutationOnMain extends MergeBase {
  readonly report: MutationReport | undefined;
}

/**
 * Reads `reports/mutation.json` as the merge base has it.
 * @throws {DocketError} when there is no merge base, or its report is none
 */
export async function mutationOnMain(root: string, against: string): Promise<MutationOnMain> {
  const base = await findMergeBase(root, against);
  const path = relative(repositoryAround(root), mutationFile(root)).split(sep).join('/');
  const text = await tryGit(root, 'show', `${base.commit}:${path}`);
  if (text === undefined) return { ...base, report: undefined };
  const parsed = mutationReportSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new DocketError(
      `${path} of ${base.ref} (${base.commit.slice(0, 7)}) is no report of docket mutate. Write it anew on main with docket mutate, and commit it.\n${z.prettifyError(parsed.error)}`,
    );
  return { ...base, report: parsed.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
