/**
 * The same for the underwriter as it was published, in Pydantic AI: its plan is drafted as a patch to its Python files, a person writes three tools, and each promise is
 * checked. `node evals/improvement/reach-python.ts [trials]`. Its model follows a script; needs Python and installs Pydantic AI, and says so where it cannot.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pythonEnvironment } from '../interop/python-environment.ts';
import { changeTable, counted, DraftedProject, type Fill, repository, summary, unkept } from './drafted-project.ts';

const trials = process.argv[2] ?? '30';
const environment = pythonEnvironment(
  join(repository, '.docket/examples'),
  join(repository, 'evals/examples/pydantic-underwriter/requirements.txt'),
);
if (environment.kind === 'absent') {
  console.log(`Skipped: ${environment.reason}.`);
  process.exit(process.env.CI ? 1 : 0);
}

const config = `import { commandAgent, expectedDecision } from '${repository}/src/index.ts';
import { loanApplicationSchema } from '${repository}/src/underwriting/application.ts';
import { policyDecision } from '${repository}/src/underwriting/policy.ts';
import { rationale } from '${repository}/src/underwriting/rationale.ts';

export const agent = commandAgent({
  name: 'underwriter',
  command: ['python3', 'worker.py'],
  worker: true,
  source: import.meta.url,
  reads: ['*.py'],
  input: loanApplicationSchema,
  decision: {
    type: 'object',
    properties: { approved: { type: 'boolean' }, max_loan: { type: 'number' }, monthly_payment: { type: 'number' }, reasoning: { type: 'string' } },
    required: ['approved', 'max_loan', 'monthly_payment', 'reasoning'],
    additionalProperties: false,
  },
  policy: policyDecision,
  explain: rationale,
  approvalField: 'approved',
  compare: { max_loan: { tolerance: 1 }, monthly_payment: { tolerance: 1 }, reasoning: 'ignore' },
  scorers: [expectedDecision({ approvalField: 'approved' })],
});

export default { agent, cases: 'cases', current: 'v1', concurrency: 2 };
`;

/** The published decision has no ratio, so labels name none. */
function withoutRatio(text: string): string {
  const labelled = JSON.parse(text) as { label: { decision: Record<string, unknown> } };
  delete labelled.label.decision.post_loan_dti;
  return JSON.stringify(labelled, null, 2);
}

/** What a person writes for a tool of that name. */
const code: Readonly<Record<string, string>> = {
  calc_dti: `def payment(application: LoanApplication) -> float:
    rate = next(tier[3] for tier in TIERS if application.credit_score >= tier[0]) / 1200
    return application.loan_amount * rate / (1 - (1 + rate) ** -360)
`,
  calc_max_loan: `@underwriter.tool
def calc_max_loan(context: RunContext[LoanApplication]) -> str:
    """Calculate max_loan as the policy does."""
    application = context.deps
    most, rate = next(tier[2:] for tier in TIERS if application.credit_score >= tier[0])
    room = max(0.0, application.annual_income / 12 * most / 100 - application.total_debt / 12)
    return f"Maximum loan: \${room * (1 - (1 + rate / 1200) ** -360) / (rate / 1200):,.2f}"
`,
  calc_monthly_payment: `@underwriter.tool
def calc_monthly_payment(context: RunContext[LoanApplication]) -> str:
    """Calculate monthly_payment as the policy does."""
    return f"Monthly payment: \${payment(context.deps):,.2f}"
`,
};

using project = new DraftedProject(undefined, { ...process.env, PATH: [dirname(environment.python), process.env.PATH].join(delimiter) });
cpSync(join(import.meta.dirname, 'python-underwriter'), project.directory, {
  recursive: true,
  filter: (path) => !path.includes('__pycache__'),
});
mkdirSync(join(project.directory, 'cases'));
for (const name of readdirSync(join(repository, 'cases')).filter((each) => /^(?:0[1-9]|1[0-3]).*\.json$/.test(each)))
  writeFileSync(join(project.directory, 'cases', name), withoutRatio(readFileSync(join(repository, 'cases', name), 'utf8')));
writeFileSync(join(project.directory, 'docket.config.ts'), config);
writeFileSync(join(project.directory, 'package.json'), '{ "type": "module" }\n');
writeFileSync(join(project.directory, '.gitignore'), '.docket\nreports/*\n__pycache__\n');
for (const words of [
  ['init', '--quiet', '--initial-branch', 'main'],
  ['config', 'user.name', 'Your Name'],
  ['config', 'user.email', 'you@example.com'],
  ['add', '.'],
  ['commit', '--quiet', '--message', 'The underwriter as it was published'],
])
  project.git(...words);
project.docket(['eval', '--trials', '5'], [0, 1]);
project.docket(['improve', '--from-trials', '--version', 'v1']);
const accepted = project.plan.changes.filter(({ group }) => group !== 'flow' && group !== 'cases');
project.docket(['version', 'draft', 'v2', '--from', 'v1', '--changes', accepted.map(({ id }) => id).join(',')]);
console.log(
  `The patch: ${readFileSync(join(project.directory, 'reports/version-v2.patch'), 'utf8').match(/^Subject: /gm)?.length} commits.`,
);
const fills = accepted.flatMap(({ id, group, target }): Fill[] =>
  group !== 'tools' && group !== 'new-tools'
    ? []
    : [
        {
          change: id,
          file: 'underwriter.py',
          text: (before) =>
            before.replace(new RegExp(`^to_be_written_${id.replace('-', '_')}_${target}$`, 'm'), (code[target] ?? '').trimEnd()).replace(
              target === 'calc_dti' ? /return f"DTI: .*"/ : /(?!)/,
              // biome-ignore lint/suspicious/noTemplateCurlyInString: code of Python
              'dti = 100 * (debt + payment(context.deps)) / income\n    return f"Post-loan DTI: {dti:.6f}% (existing monthly debt: ${debt:,.0f}, monthly income: ${income:,.0f})"',
            ),
        },
      ],
);
project.fill('version/v2', 'v2', fills);
const result = project.try('v2', 'v1', '--trials', trials);
console.log(`${summary(result)}\n\n${changeTable(result).join('\n')}\n\n${unkept(result).join('\n')}\n(${counted(result)})`);
