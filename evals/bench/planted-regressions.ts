/**
 * Plants one change at a time into a copy of this repository and lets the gate judge it, as one pull request each:
 * each rule of prompt v2 deleted, each tool fix put back, and changes that change nothing. Prints a Markdown table.
 *
 *     node evals/bench/planted-regressions.ts
 */
import { verdictSchema } from '../../src/contracts/verdict.ts';
import { harmful } from './planted-changes.ts';
import { PlantedProject } from './planted-project.ts';

const promptFile = 'src/underwriting/prompts/v2.md';
const agentFile = 'src/underwriting/agent.ts';
const edited = (name: string, file: string, change: (text: string) => string) => ({
  name,
  plant: (project: PlantedProject) => project.edit(file, change),
});
const changes: readonly { readonly name: string; plant(project: PlantedProject): void }[] = [
  ...harmful.filter(({ name }) => /^(?:rule|calc_)/.test(name)),
  edited('one rate wrong (7.2 -> 7.4 %)', 'src/underwriting/policy.ts', (text) => text.replace('rate: 7.2', 'rate: 7.4')),
  edited('white space only', promptFile, (text) => text.replaceAll('\n\n', '\n\n\n')),
  edited('wording only', promptFile, (text) => text.replace('You are a loan underwriter.', 'You work as a loan underwriter.')),
  edited('model id claude-sonnet-5-5 (simulated alike)', agentFile, (text) =>
    text.replace(/(v2: \{ prompt: 'v2', toolVariant: 'v2', model: ')[^']+/, '$1claude-sonnet-5-5'),
  ),
];

using project = await PlantedProject.open();
console.log('| change | verdict | cases that fail | factor | findings | trials |\n|---|---|---|---|---|---|');
for (const { name, plant } of changes) console.log(rowOf(name, verdictSchema.parse(JSON.parse(await project.judge(name, plant)))));

function rowOf(name: string, verdict: ReturnType<typeof verdictSchema.parse>): string {
  if (!('cases' in verdict)) return `| ${name} | ${verdict.verdict}: ${verdict.reason} | | | | |`;
  const flipped = verdict.cases.filter(({ change }) => change === 'flipped-to-fail' || change === 'worse');
  const found = flipped.flatMap(({ candidate }) => candidate.trials.flatMap(({ findings }) => findings.map(({ code }) => code)));
  const { spent, reused } = verdict.spending.trials;
  const where = flipped.map(({ id }) => id.slice(0, 2)).join(', ');
  return `| ${name} | ${verdict.verdict.toUpperCase()} | ${where} | ${verdict.attribution?.factor ?? ''} | ${[...new Set(found)].join(', ')} | ${spent + reused} |`;
}
