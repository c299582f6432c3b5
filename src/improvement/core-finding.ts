import type { Problem } from '../contracts/improvement-plan.ts';
import { count, counted, listed } from '../text/figures.ts';

/** The plan in two sentences: what is worst, and what leaves room for it. */
export function coreFinding(problems: readonly Problem[], runs: number): [string, string] {
  if (problems.length === 0)
    return [
      `Nothing that is looked for was found in ${counted(runs, 'run')}.`,
      'That says nothing of what no detector looks for, and little of what is rarer than one run in so many.',
    ];
  const bugs = problems.filter(({ kind }) => kind === 'bug');
  const tool = bugs.find(({ cause, about }) => cause === 'tool' && about.tool !== undefined);
  const wrong = bugs.find(({ detector }) => detector === 'against-policy');
  const [worst] = bugs.length > 0 ? bugs : problems;
  const often = ({ seen }: Problem) => `in ${count(seen.runs)} of ${count(seen.of)} runs`;
  const first =
    tool && wrong
      ? `${tool.what} ${often(tool)}, and it ${wrong.what} ${often(wrong)}.`
      : worst
        ? `${capital(worst.what)} ${often(worst)}.`
        : '';
  const gaps = [...new Set(problems.filter(({ detector }) => detector === 'missing-rule').flatMap(({ about }) => about.field ?? []))];
  const told = new Set(tool && wrong ? [tool, wrong] : [worst]);
  const habits = problems
    .filter(
      (problem) =>
        !told.has(problem) &&
        ['method-varies', 'invented-rule', 'against-reasoning', 'untraced-number', 'rule-not-followed'].includes(problem.detector),
    )
    .slice(0, 4)
    .map((problem) => `${problem.what} (${count(problem.seen.runs)})`);
  const second =
    gaps.length > 0
      ? `The prompt has no rule on ${listed(gaps)}, and the model fills the gap${habits.length > 0 ? `: ${habits.join('; ')}` : ''}.`
      : habits.length > 0
        ? `Beside that: ${habits.join('; ')}.`
        : `${counted(problems.length, 'problem')} in all, ${count(bugs.length)} of them a wrong result.`;
  return [first, second];
}

function capital(text: string): string {
  return text.replace(/^./, (letter) => letter.toUpperCase());
}
