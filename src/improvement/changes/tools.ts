import type { Problem } from '../../contracts/improvement-plan.ts';
import type { Proposer } from './proposer.ts';

/** Tools that give what is not so, or nothing. */
export const toolChanges: Proposer = ({ of, problems }) => {
  const faulty = problems.filter(
    ({ detector, about }) =>
      (detector === 'tool-against-policy' || detector === 'failed-tool' || detector === 'two-values') && about.tool !== undefined,
  );
  return [...Map.groupBy(faulty, ({ about }) => about.tool ?? '')].map(([name, found]) => {
    const [first] = found;
    const tool = of.agent.tools.find((each) => each.name === name);
    const example = first?.examples[0];
    const said = example?.quotes.find(({ from }) => from.startsWith(`${name} `))?.text ?? '';
    const isWrong = found.some(({ detector }) => detector === 'tool-against-policy');
    return {
      priority: 'P0',
      group: 'tools',
      what: whatOf(name, found),
      target: name,
      ...(tool?.place ? { place: tool.place } : {}),
      before: said,
      after: example?.arithmetic ?? `${name} has to give what its description says: "${tool?.description ?? ''}"`,
      literal: false,
      evidence: [...found, ...problems.filter(({ detector, cause }) => detector === 'against-policy' && cause === 'tool' && isWrong)].map(
        ({ id }) => id,
      ),
    };
  });
};

function whatOf(name: string, found: readonly Problem[]): string {
  const figures = found.filter(({ detector }) => detector === 'tool-against-policy').flatMap(({ about }) => about.figure ?? []);
  if (figures.length > 0) return `Make ${name} give ${figures.join(', ')} as the policy computes it`;
  return found.some(({ detector }) => detector === 'two-values') ? `Make ${name} say each thing once` : `Make ${name} answer`;
}
