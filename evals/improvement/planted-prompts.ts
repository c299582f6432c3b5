/**
 * Does the search of `docket improve --search` mend a prompt? A rule is taken out of version 2's prompt, or made wrong, one at a time, and the search is let loose on it, on the
 * simulated model and with the simulated proposer. Cases are the committed ones and as many more, labelled by the policy, as make the held-out part worth a look. The figure is
 * that of the held-out cases, which the search looks at once.
 *
 *     node evals/improvement/planted-prompts.ts [proposals] [seed]
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputSchemaOf } from '../../src/agent/parse-input.ts';
import { promptSearchSchema } from '../../src/contracts/prompt-search.ts';
import type { ShareInterval } from '../../src/contracts/share-interval.ts';
import { InputMaker } from '../../src/flows/explore/1-make-inputs.ts';
import { type JsonObject, resolveVersion, type Version } from '../../src/index.ts';
import { estimatedShare } from '../../src/text/figures.ts';
import { underwriter } from '../../src/underwriting/agent.ts';
import { makeUnderwriterProject } from '../docs/underwriter-project.ts';
import { caseInputs } from './underwriter-runs.ts';

const repository = join(import.meta.dirname, '../..');
const [proposals = '20', seed = '1'] = process.argv.slice(2);
const moreCases = 40;

const whole = underwriter.prompts.v2 ?? '';
const without = (number: number) =>
  whole
    .split('\n')
    .filter((line) => !line.startsWith(`${number}. `))
    .join('\n');

/** Faults that a person could make. */
const faults: readonly { readonly fault: string; readonly prompt: string }[] = [
  { fault: 'none', prompt: whole },
  { fault: 'no word on when to approve (rule 2)', prompt: without(2) },
  { fault: 'no word on max_loan (rule 3)', prompt: without(3) },
  { fault: 'no word on monthly_payment (rule 4)', prompt: without(4) },
  { fault: 'rules may be invented (rule 6)', prompt: without(6) },
  { fault: 'reasoning may contradict the fields (rule 7)', prompt: without(7) },
  {
    fault: 'rules 2, 3 and 4 are missing',
    prompt: whole
      .split('\n')
      .filter((line) => !/^[234]\. /.test(line))
      .join('\n'),
  },
  {
    fault: 'the payment is said to be that of the existing debt',
    prompt: whole.replace(/^4\. .*$/m, '4. monthly_payment is what the existing debt costs a month.'),
  },
];

console.log(
  '| planted fault | proposals | prompts kept | training, as it is | training, best | held out, as it is | held out, candidate | p |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const { fault, prompt } of faults) {
  const project = makeUnderwriterProject();
  try {
    addCases(project);
    plant(project, prompt);
    const words = ['improve', '--search', proposals, '--seed', seed, '--version', 'v2', '--mode', 'simulated', '--json'];
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(repository, 'src/cli/main.ts'), ...words], {
      cwd: project,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const { prompts, best, rounds, heldOut } = promptSearchSchema.parse(JSON.parse(stdout));
    const share = (counts: { passes: number; runs: number } | undefined) => (counts ? `${counts.passes} of ${counts.runs}` : '-');
    const bounds = (interval: ShareInterval | undefined) => (interval ? estimatedShare(interval) : 'not looked at');
    console.log(
      `| ${fault} | ${rounds.filter(({ by }) => by === 'model').length} | ${prompts.length - 1} | ${share(prompts[0]?.training)} | ${share(prompts[best]?.training)} | ${bounds(heldOut?.original)} | ${bounds(heldOut?.candidate)} | ${heldOut ? heldOut.p.toPrecision(1) : '-'} |`,
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

function plant(project: string, prompt: string): void {
  const source = join(repository, 'src');
  writeFileSync(
    join(project, 'docket.config.ts'),
    `import { defineConfig } from '${source}/index.ts';
import { underwriter } from '${source}/underwriting/agent.ts';
const agent = { ...underwriter, prompts: { ...underwriter.prompts, v2: ${JSON.stringify(prompt)} } };
export default defineConfig({ agent, cases: 'cases', current: 'v2', trials: 3 });
`,
  );
}

/** Inputs near those of the committed cases, labelled by the policy. */
function addCases(project: string): void {
  const input = inputSchemaOf(underwriter, resolveVersion(underwriter, 'v2') as Version);
  const inputs = caseInputs().flatMap((each) => input.safeParse(each.input).data ?? []) as JsonObject[];
  for (const [at, { input: made, expected }] of new InputMaker({ agent: { ...underwriter, input }, inputs }, 7).next(moreCases).entries()) {
    const id = `made-${String(at + 1).padStart(2, '0')}`;
    writeFileSync(
      join(project, 'cases', `${id}.json`),
      JSON.stringify({
        id,
        title: id,
        input: made,
        label: { decision: expected, source: 'policy', rationale: 'The policy says so.', reviewers: [{ kind: 'policy' }] },
        origin: { kind: 'designed' },
      }),
    );
  }
}
