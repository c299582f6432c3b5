import { counted, listed, percent } from '../text/figures.ts';
import type { RunTally } from './run-tally.ts';

/** What is right and should stay as it is, so that nobody improves it. */
export function worksWell(tally: RunTally): string[] {
  const { runs, severalCalls, inOneTurn, calls, failedCalls, repeatedCalls, errors } = tally;
  const told = [...tally.figures.values()].filter(({ right, of }) => of > 0 && right === of);
  const byTool = Map.groupBy(told, ({ tool }) => tool);
  const fields = [...tally.fields].filter(([, { right, of }]) => of > 0 && right === of).map(([field]) => field);
  return [
    ...[...byTool].map(
      ([tool, figures]) =>
        `${tool} gives ${listed(figures.map(({ label }) => label))} as the policy does, in all of ${counted(Math.max(...figures.map(({ of }) => of)), 'run')}.`,
    ),
    ...(severalCalls > 0 && inOneTurn === severalCalls ? [`All tools are asked for in one turn, in ${counted(severalCalls, 'run')}.`] : []),
    ...[...tally.choices].flatMap(([choice, { right, of }]) =>
      of > 0 && right / of >= 0.9
        ? [`Where the policy decides ${choice}, so does the agent in ${percent(right / of)} of ${counted(of, 'run')}.`]
        : [],
    ),
    ...(fields.length > 0 ? [`${listed(fields)} ${fields.length === 1 ? 'is' : 'are'} right in every run.`] : []),
    ...(calls > 0 && failedCalls === 0 ? [`No tool call failed, of ${calls}.`] : []),
    ...(calls > 0 && repeatedCalls === 0 ? [`No tool was called twice with the same arguments.`] : []),
    ...(errors === 0 ? [`Every one of ${counted(runs, 'run')} came to a decision.`] : []),
  ];
}
