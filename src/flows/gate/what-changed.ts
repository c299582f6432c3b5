import { isDeepStrictEqual } from 'node:util';
import { counted, listed } from '../../text/figures.ts';
import type { GateContext } from './gate-context.ts';

/** Most files that a sentence names. */
const named = 3;

/** True when nothing can have changed an answer: the fingerprint, what cases are parsed to and all other files of the agent are as on main. */
export function isUnchanged(context: GateContext): boolean {
  return context.candidate.identity.fingerprint === context.main.identity.fingerprint && sameInputs(context);
}

/**
 * True when both sides parse every case to the same input: then a change of the input schema reaches no trial.
 */
function sameInputs({ suite }: GateContext): boolean {
  return (
    suite.refused.size === 0 &&
    suite.cases.every(
      (loaded) => suite.added.has(loaded.case.id) || suite.candidateInputs.get(loaded.case.id)?.fingerprint === loaded.fingerprint,
    )
  );
}

/** The beginning of a sentence that says what made the gate look, without a full stop. */
export function whatChanged(context: GateContext): string {
  if (samePartsOf(context)) {
    const { paths } = context.unlisted;
    if (paths.length === 0) return 'Every part of the version is as on main, but cases parse to different inputs';
    return `Every part of the version that the fingerprint names is as on main, but ${inWords(paths)} changed`;
  }
  return 'The agent changed';
}

/** Why the cases were run though no part of the version changed; undefined when one did. */
export function whyRun(context: GateContext): string | undefined {
  return samePartsOf(context) ? `${whatChanged(context)}, so the cases were run.` : undefined;
}

function samePartsOf({ candidate, main }: GateContext): boolean {
  return isDeepStrictEqual(candidate.parts, main.parts);
}

function inWords(paths: readonly string[]): string {
  const shown = paths.slice(0, named);
  const more = paths.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${counted(more, 'more file')}`;
  return listed(shown);
}
