import type { ImprovementPlan } from '../../contracts/improvement-plan.ts';
import { withoutKeys } from '../../review/detectors/secret.ts';
import { redactedValue } from '../redacted-value.ts';

/** What no run and no person said: ids, and texts of the agent itself, which a draft of the next version looks for as they are. */
const notSaid = [
  ...['id', 'run', 'runs', 'cases', 'case', 'evidence', 'fingerprints', 'detector', 'code'],
  ...['agent', 'name', 'version', 'model', 'file', 'tool', 'figure', 'field', 'rule', 'target', 'before', 'after'],
];

/** A plan as it may be published: without personal data. Its context holds counts and ids only; what a change quotes of runs is theirs, what it takes literally the agent's. */
export function redactedPlan(plan: ImprovementPlan, root: string): ImprovementPlan {
  const { changes, ...told } = redactedValue(plan, root, notSaid);
  return {
    ...told,
    context: plan.context,
    changes: changes.map((change) => {
      if (change.literal) return change;
      const [before, after] = redactedValue([change.before, change.after] as const, root);
      return { ...change, before, after };
    }),
  };
}

/** A plan as it stands on this machine: as it was said, but no key, which has no business in a report. */
export function planWithoutKeys(plan: ImprovementPlan): ImprovementPlan {
  const literal = new Set<unknown>(plan.changes.filter((change) => change.literal));
  const shown = (part: unknown): unknown => {
    if (typeof part === 'string') return withoutKeys(part);
    if (Array.isArray(part)) return part.map(shown);
    if (part === null || typeof part !== 'object' || literal.has(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, shown(inner)]));
  };
  return shown(plan) as ImprovementPlan;
}
