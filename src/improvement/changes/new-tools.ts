import { within, wordsOf } from '../labelled-figures.ts';
import type { Evidence, Proposer } from './proposer.ts';

/** Fields that the policy computes, that the model works out for itself, and that no tool gives. */
export function fieldsWithoutTool({ of, problems, tally }: Evidence): string[] {
  return problems
    .filter(
      ({ detector, methods = [] }) =>
        detector === 'method-varies' && methods.some(({ method }) => /nothing gives|^0$|rounded/.test(method)),
    )
    .flatMap(({ about }) => about.field ?? [])
    .filter((field) => ![...tally.figures.values()].some(({ words }) => within(wordsOf(field), words)) && of.agent.hasPolicy);
}

/** What a tool for a field would be called. */
export function toolNameFor(field: string): string {
  return `calc_${field.replaceAll('.', '_')}`;
}

export const newTools: Proposer = (evidence) =>
  fieldsWithoutTool(evidence).map((field) => {
    const found = evidence.problems.filter(
      ({ detector, about }) => about.field === field && ['method-varies', 'wrong-source', 'ambiguous-instruction'].includes(detector),
    );
    const [varies] = found.filter(({ detector }) => detector === 'method-varies');
    const arithmetic = evidence.problems.find(({ detector, about }) => detector === 'missing-rule' && about.field === field)?.examples[0]
      ?.arithmetic;
    return {
      priority: 'P0',
      group: 'new-tools',
      what: `Give ${field} by a tool: the model works it out in ${varies?.methods?.length ?? 'several'} ways`,
      target: toolNameFor(field),
      before: (varies?.methods ?? []).map(({ method, runs }) => `${runs}: ${method}`).join('; '),
      after: `${JSON.stringify({ name: toolNameFor(field), description: `Calculate ${field} as the policy does.`, input_schema: { type: 'object', properties: {}, required: [], additionalProperties: false } })}${arithmetic === undefined ? '' : ` For example: ${arithmetic}`}`,
      literal: false,
      evidence: found.map(({ id }) => id),
    };
  });
