import type { Comparators } from '../contracts/comparator.ts';
import type { DecisionRules, Harm } from '../contracts/decision-rules.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { decisionScorerOf, type Scorer } from '../contracts/scorer.ts';
import { decisionFieldsOf } from './decision-fields.ts';
import type { ToolVariant } from './tool-variant.ts';

/** What of an agent speaks of its decisions. */
export interface RuledAgent {
  readonly name: string;
  readonly approvalField?: string;
  readonly compare?: Comparators;
  readonly harm?: readonly Harm[];
  readonly scorers: readonly Scorer[];
  readonly toolVariants: Readonly<Record<string, Pick<ToolVariant<never, never>, 'decisionJsonSchema'>>>;
}

const known = new WeakMap<object, DecisionRules>();

/**
 * What an agent says of its decisions, its own words and those of its scorer that compares decisions together: what all go by who hold one decision
 * against another.
 * @throws {DocketError} when the two name different fields that say what was decided
 */
export function rulesOf(agent: RuledAgent): DecisionRules {
  const before = known.get(agent);
  if (before) return before;
  const { compare = {}, harm } = agent;
  const scorer = decisionScorerOf(agent.scorers);
  const said = scorer?.rules;
  if (agent.approvalField !== undefined && said?.approvalField !== undefined && agent.approvalField !== said.approvalField) {
    throw new DocketError(
      `agent "${agent.name}": "approvalField" is "${agent.approvalField}", and the scorer "${scorer?.name}" was given "${said.approvalField}". Leave one of them out.`,
    );
  }
  const approvalField = agent.approvalField ?? said?.approvalField ?? onlyYesOrNo(agent);
  const rules: DecisionRules = {
    ...(approvalField === undefined ? {} : { approvalField }),
    comparators: { ...compare, ...said?.comparators },
    ...(harm ? { harm } : {}),
  };
  known.set(agent, rules);
  return rules;
}

/** The only yes/no field of all decisions, where nobody has said which field it is. */
function onlyYesOrNo({ toolVariants }: RuledAgent): string | undefined {
  const all = Object.values(toolVariants).flatMap(({ decisionJsonSchema }) => [...decisionFieldsOf(decisionJsonSchema)]);
  const fields = new Set(all.flatMap(([field, schemas]) => (schemas.some(({ type }) => type === 'boolean') ? [field] : [])));
  return fields.size === 1 ? [...fields][0] : undefined;
}
