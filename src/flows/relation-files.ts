import { readFileSync } from 'node:fs';
import { sourceFiles } from '../agent/source-closure.ts';
import type { GateOptions } from '../gate/gate-options.ts';

/** What a file that declares relations calls, or says of one that it makes itself. */
const declaring =
  /\b(?:invariance|monotone|straddle|instructionResistance)\s*[<(]|\bkind['"]?\s*:\s*['"](?:invariance|monotone|straddle|resistance)['"]/;

const javascript = /\.[cm]?[jt]sx?$/;

/**
 * The files in which the relations that judge are declared: what their functions call is seen in no text of theirs. None where no relation judges; the
 * file of the configuration itself is not among them.
 */
export async function relationFiles({
  agent: { relations = [], docket },
  file,
  gate,
}: {
  readonly agent: { readonly relations?: readonly object[] | undefined; readonly docket?: string | undefined };
  readonly file: string;
  readonly gate: { readonly relations?: GateOptions['relations'] };
}): Promise<string[]> {
  if ((gate.relations ?? false) === false || relations.length === 0) return [];
  const { files } = await sourceFiles([file], docket);
  return [...files.keys()].filter((path) => javascript.test(path) && path !== file && declaring.test(readFileSync(path, 'utf8'))).sort();
}
