import { auditLabels } from '../../review/audit-labels.ts';
import type { LabelSuspect } from '../../review/label-suspect.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';
import { auditRules } from './index.ts';

/**
 * Labels that must not judge a change, because main's rules and the candidate's both speak against them. Main's alone would keep a policy from
 * being mended together with its labels; the candidate's alone would let a broken policy take the cases that show it out of the way. Likewise a
 * label that main has and the change leaves alone is not silenced by a new case that contradicts it. Stored trials are no witness here: they
 * differ from machine to machine, and a candidate must not vote on its own cases.
 * @param unchanged ids of cases whose input and label are main's
 */
export function gateSuspects(
  cases: readonly LoadedCase[],
  candidate: LoadedConfig,
  main: LoadedConfig,
  unchanged: ReadonlySet<string>,
): Map<string, LabelSuspect> {
  const byMain = new Set(suspectsOf(cases, main).map(({ caseId, by }) => `${caseId} ${by}`));
  return new Map(
    suspectsOf(cases, candidate)
      .filter(({ caseId, by }) => byMain.has(`${caseId} ${by}`))
      .filter(
        ({ caseId, by, otherId }) => by !== 'contradiction' || !unchanged.has(caseId) || (otherId !== undefined && unchanged.has(otherId)),
      )
      .map((suspect) => [suspect.caseId, suspect] as const),
  );
}

/** A case whose input an agent does not take cannot be judged by its policy. */
function suspectsOf(cases: readonly LoadedCase[], { agent }: LoadedConfig): LabelSuspect[] {
  const taken = cases.flatMap((loaded) => {
    const parsed = agent.input.safeParse(loaded.case.input);
    return parsed.success ? [{ case: loaded.case, input: parsed.data }] : [];
  });
  return auditLabels(taken, auditRules(agent));
}
