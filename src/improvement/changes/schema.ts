import { within, wordsOf } from '../labelled-figures.ts';
import { fieldsWithoutTool, toolNameFor } from './new-tools.ts';
import type { Proposal, Proposer } from './proposer.ts';
import { wrongSources } from './wrong-sources.ts';

/** Fields that nothing but their name describes, and the figure that decides, where the decision does not hold it. */
export const schemaChanges: Proposer = (evidence) => {
  const { of, problems, tally } = evidence;
  const described = problems
    .filter(({ detector, about }) => detector === 'ambiguous-instruction' && about.rule === undefined && about.field !== undefined)
    .map((problem): Proposal => {
      const field = problem.about.field ?? '';
      const declared = of.agent.fields.find(({ name }) => name === field);
      const wrong = wrongSources(evidence, field);
      const tool = fieldsWithoutTool(evidence).includes(field) ? ` as ${toolNameFor(field)} gives it` : ' as the policy makes it';
      const description = `${wordsOf(field)
        .join(' ')
        .replace(/^./, (letter) => letter.toUpperCase())}${tool}${wrong.length > 0 ? `; not ${wrong.join(', not ')}` : ''}.`;
      return {
        priority: 'P1',
        group: 'schema',
        what: `Describe ${field}`,
        target: field,
        ...(declared?.place ? { place: declared.place } : {}),
        before: JSON.stringify({
          [field]: { type: declared?.type ?? 'number', ...(declared?.description ? { description: declared.description } : {}) },
        }),
        after: JSON.stringify({ [field]: { type: declared?.type ?? 'number', description } }),
        literal: true,
        evidence: [problem.id],
      };
    });
  const border = tally.border.found();
  const found = problems.filter(({ detector }) => detector === 'against-policy' || detector === 'against-reasoning');
  const isThere =
    border === undefined ||
    of.agent.fields.some(({ name }) => within(wordsOf(name), wordsOf(border.figure)) && within(wordsOf(border.figure), wordsOf(name)));
  if (isThere || found.length === 0) return described;
  const name = border.figure
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  return [
    ...described,
    {
      priority: 'P1',
      group: 'schema',
      what: `Have the decision hold ${border.figure}, by which it is decided, so that it can be checked`,
      target: name,
      before: JSON.stringify(of.agent.fields.map((field) => field.name)),
      after: JSON.stringify({ [name]: { type: 'number', description: `${border.figure}, as the tool gives it.` } }),
      literal: true,
      evidence: found.map(({ id }) => id),
    },
  ];
};
