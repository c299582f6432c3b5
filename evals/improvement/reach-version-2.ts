/**
 * Is version 2 of the underwriter reached again from version 1 by following only the plan? In a clone of this repository: plan from trials of version 1, draft of all
 * changes that a version can hold, code of version 2's tools in the place of the stubs, and a try. `node evals/improvement/reach-version-2.ts [trials]` prints the tables of evals/docs/improve.md. Simulated model, no network.
 */
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { changeTable, counted, DraftedProject, type Fill, repository, summary, unkept } from './drafted-project.ts';

const trials = process.argv[2] ?? '45';
const tools = 'src/underwriting/tools';

/** Version 2's own code, under the names that the draft gives it. */
function fills(project: DraftedProject): Fill[] {
  const of = (change: string, from: string, to: string, name: string, binding: string): Fill => ({
    change,
    file: `${tools}/${to}-v4.ts`,
    text: () => project.read(`${tools}/${from}.ts`).replace(`export const ${name}:`, `export const ${binding}:`),
  });
  const idOf = (target: string) => project.plan.changes.find((change) => change.target === target && change.group !== 'prompt')?.id ?? '';
  return [
    of(idOf('calc_dti'), 'calc-dti', 'calc-dti', 'calcDti', 'calcDtiV4'),
    of(idOf('calc_max_loan'), 'calc-max-loan', 'calc-max-loan', 'calcMaxLoan', 'calcMaxLoanV4'),
    {
      change: idOf('calc_monthly_payment'),
      file: `${tools}/calc-monthly-payment-v4.ts`,
      text: () =>
        project
          .read(`${tools}/calc-max-loan.ts`)
          .replace('export const calcMaxLoan:', 'export const calcMonthlyPaymentV4:')
          .replace('{ tier, maximumLoan }', '{ tier, payment }')
          // biome-ignore lint/suspicious/noTemplateCurlyInString: code that holds a template
          .replace('Maximum loan: ${dollarsAndCents(maximumLoan)}', 'Proposed payment: ${dollarsAndCents(payment)}'),
    },
  ];
}

using project = new DraftedProject();
execFileSync('git', ['clone', '--quiet', '--shared', repository, project.directory]);
symlinkSync(join(repository, 'node_modules'), join(project.directory, 'node_modules'));
for (const [name, value] of [
  ['user.name', 'Your Name'],
  ['user.email', 'you@example.com'],
] as const)
  project.git('config', name, value);
project.docket(['eval', '--versions', 'v1', '--mode', 'simulated', '--trials', '10'], [0, 1]);
project.docket(['improve', '--from-trials', '--version', 'v1']);
const accepted = project.plan.changes.filter(({ group }) => group !== 'flow' && group !== 'cases');
project.docket(['version', 'draft', 'v4', '--from', 'v1', '--changes', accepted.map(({ id }) => id).join(',')]);
project.fill('version/v4', 'v4', fills(project));
const tried = project.try('v4', 'v1', '--mode', 'simulated', '--trials', trials);
console.log(`${summary(tried)}\n\n${[...changeTable(tried), '', ...unkept(tried)].join('\n')}\n(${counted(tried)})`);
