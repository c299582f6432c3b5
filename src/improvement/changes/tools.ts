import type { Proposer } from './proposer.ts';

/** Tools that give what is not so, or nothing. */
export const toolChanges: Proposer = ({ of, problems }) => {
  const faulty = problems.filter(
    ({ detector, about }) => (detector === 'tool-against-policy' || detector === 'failed-tool') && about.tool !== undefined,
  );
  return [...Map.groupBy(faulty, ({ about }) => about.tool ?? '')].map(([name, found]) => {
    const [first] = found;
    const tool = of.agent.tools.find((each) => each.name === name);
    const example = first?.examples[0];
    const said = example?.quotes.find(({ from }) => from.startsWith(`${name} `))?.text ?? '';
    const figures = found.flatMap(({ about }) => about.figure ?? []);
    return {
      priority: 'P0',
      group: 'tools',
      what: figures.length > 0 ? `Make ${name} give ${figures.join(', ')} as the policy computes it` : `Make ${name} answer`,
      target: name,
      ...(tool?.place ? { place: tool.place } : {}),
      before: said,
      after: example?.arithmetic ?? `${name} has to give what its description says: "${tool?.description ?? ''}"`,
      literal: false,
      evidence: [
        ...found,
        ...problems.filter(({ detector, cause }) => detector === 'against-policy' && cause === 'tool' && figures.length > 0),
      ].map(({ id }) => id),
    };
  });
};
