import { auditLabels } from '../../review/audit-labels.ts';
import type { LabelSuspect } from '../../review/label-suspect.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';
import { auditRules } from './index.ts';

/**
 * Labels that must not judge a change, because main's rules speak against them. A label that main has is not silenced by a new case that
 * contradicts it. Stored trials are no witness here: they differ from machine to machine, and a candidate must not vote on its own cases.
 * @param known ids of main's cases
 */
export function gateSuspects(cases: readonly LoadedCase[], main: LoadedConfig, known: ReadonlySet<string>): Map<string, LabelSuspect> {
  return new Map(
    suspectsOf(cases, main)
      .filter(({ caseId, by, otherId }) => by !== 'contradiction' || !known.has(caseId) || (otherId !== undefined && known.has(otherId)))
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
