import { type Relation, relationFindings } from '../../contracts/relation.ts';
import type { Finding } from '../../contracts/score.ts';
import type { PromptTrialScorer, TrialEvidence, TwinEvidence } from '../../contracts/scorer.ts';
import { counted } from '../../text/figures.ts';
import { decisionOf, scoreOf } from '../score.ts';

const known = new WeakMap<Relation, PromptTrialScorer>();

/**
 * The scorer of a relation, known by its name: it holds the decision of a trial against those of the twins' trials of the same number. Nothing to judge
 * where the relation made no twin of the case. Measures: `twins`, `broken`.
 */
export function relationScorer(relation: Relation): PromptTrialScorer {
  const before = known.get(relation);
  if (before) return before;
  const { name } = relation;
  const scorer: PromptTrialScorer = {
    scope: 'trial',
    name,
    needs: ['input'],
    score(evidence) {
      const own = (evidence.twins ?? []).filter((twin) => twin.relation === name);
      if (own.length === 0) return undefined;
      const source = decisionOf(evidence.trial.outcome);
      if ('missing' in source) return scoreOf(name, true, [source.missing], '');
      const faults = own.map((twin) => faultsOf(relation, evidence, source.decision, twin));
      const broken = faults.filter((each) => each.length > 0).length;
      return {
        ...scoreOf(name, true, faults.flat(), `holds for ${counted(own.length, 'twin')}`),
        value: 1 - broken / own.length,
        measures: { twins: own.length, broken },
      };
    },
  };
  known.set(relation, scorer);
  return scorer;
}

/** A twin on which nothing is decided is no twin of a case on which something is. */
function faultsOf(
  relation: Relation,
  { input, rules }: TrialEvidence,
  decision: Parameters<Relation['check']>[0]['decision'],
  twin: TwinEvidence,
): Finding[] {
  const other = decisionOf(twin.trial.outcome);
  const found =
    'missing' in other
      ? [{ code: relationFindings[relation.kind], message: other.missing.message }]
      : relation.check({ input, decision }, { input: twin.input, decision: other.decision }, rules ?? { comparators: {} });
  if (!Array.isArray(found))
    throw new TypeError(`check(…) returned ${typeof found}. Expected a list of findings, empty when the relation holds.`);
  return found.map((finding) => ({ ...finding, message: `${twin.what}: ${finding.message}` }));
}
