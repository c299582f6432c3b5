import { relative } from 'node:path';
import { gateWorkflow } from './gate-workflow.ts';
import { improveWorkflow } from './improve-workflow.ts';
import { agentFolder, type ProjectPlan, suffixOf, type WantedFile } from './project-plan.ts';
import { setUpSteps } from './set-up-steps.ts';

/** Kinds that answer by themselves: there is nothing of theirs to simulate. */
const answersByItself = ({ answers: { kind } }: ProjectPlan) => kind !== 'messages';

/** The configuration, the scorers, and the schemas that are no module of the project's own. */
export function projectFiles(plan: ProjectPlan): WantedFile[] {
  const { ending } = plan.survey;
  const { input, decision } = plan.shape;
  const schemas = { input, ...(plan.answers.kind === 'messages' ? {} : { decision }) };
  return [
    { path: `docket.config.${ending}`, text: config(ending), what: 'the configuration' },
    { path: `${agentFolder}/scorers.${ending}`, text: scorers, what: 'what a trial is judged by' },
    ...Object.entries(schemas).flatMap(([name, { schema, module }]) =>
      module
        ? []
        : [{ path: `${agentFolder}/${name}.schema.json`, text: `${JSON.stringify(schema, null, 2)}\n`, what: `the schema of the ${name}` }],
    ),
  ];
}

function config(ending: string): string {
  return `import { defineConfig } from 'docket-evals';
import { agent } from './${agentFolder}/agent.${ending}';

export default defineConfig({ agent, cases: 'cases', current: 'v1', trials: 3 });
`;
}

const scorers = `import { expectedDecision } from 'docket-evals';

export const scorers = [expectedDecision()];
`;

/** A suite, and how vitest runs it: beside the project's own configuration where it has one. */
export function suiteFiles(plan: ProjectPlan): WantedFile[] {
  const { ending, vitestConfig: own } = plan.survey;
  const environment = answersByItself(plan)
    ? "\n    // The agent answers by itself, in suites too; there is nothing to simulate.\n    env: { DOCKET_EVALS_MODE: 'auto' },"
    : '';
  return [
    { path: suitePath(plan), text: suite, what: 'a suite' },
    {
      path: own === undefined ? `vitest.config.${ending}` : `vitest.evals.config.${ending}`,
      text: `import { refuseEmptyRuns } from 'docket-evals/vitest/plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [refuseEmptyRuns()],
  test: {
    include: ['evals/**/*.eval.${ending}'],
    reporters: ['docket-evals/vitest/reporter'],
    testTimeout: 600_000,${environment}
  },
});
`,
      what: own === undefined ? 'how vitest runs it' : `how vitest runs it, beside your ${own}`,
    },
  ];
}

function suitePath({ survey, answers }: ProjectPlan): string {
  return `evals/${answers.name}.eval.${survey.ending}`;
}

const suite = `import { describeCases, expect } from 'docket-evals/vitest';

describeCases('v1', { trials: 3 }, ({ trials }) => {
  expect(trials).toPass();
});
`;

/** The same trials as a matrix of promptfoo's; in \`evals/\` where the project has a configuration of its own. */
export function matrixFiles(plan: ProjectPlan): WantedFile[] {
  const own = plan.survey.promptfoo?.file;
  const folder = own === undefined ? '' : 'evals/';
  const installed = `file://${folder === '' ? '' : '../'}${plan.survey.packages}/docket-evals/dist/promptfoo`;
  const id = plan.answers.kind === 'messages' ? `file://${folder === '' ? '' : '../'}${agentFolder}/prompt.md` : undefined;
  return [
    {
      path: `${folder}promptfooconfig.yaml`,
      text: `# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json
description: ${JSON.stringify(plan.answers.name)}

prompts:
${id === undefined ? "  - label: v1\n    raw: '{{caseId}}' # the agent has its own words" : `  - id: ${id}\n    label: v1`}

providers:
  - id: ${installed}/provider.js
    label: v1
    prompts: [v1]
    config: { version: v1 }

# One test for every file in cases/.
tests: ${installed}/tests.js

defaultTest:
  assert:
    - type: javascript
      value: ${installed}/assertions.js:allScorers

extensions:
  - ${installed}/hooks.js:beforeAll
  - ${installed}/hooks.js:afterAll

commandLineOptions:
  envPath: ${folder}.promptfoo.env
`,
      what: own === undefined ? 'the same trials as a matrix of promptfoo' : `the same trials as a matrix of promptfoo, beside your ${own}`,
    },
    {
      path: `${folder}.promptfoo.env`,
      text: `PROMPTFOO_DISABLE_TELEMETRY=1
PROMPTFOO_DISABLE_UPDATE=1
# Trials are paced and tried again by Docket.
PROMPTFOO_DISABLE_ADAPTIVE_SCHEDULER=1
# The exit code is set by Docket's hooks.
PROMPTFOO_PASS_RATE_THRESHOLD=0
`,
      what: 'its settings',
    },
  ];
}

/** What git leaves alone, and a manifest where there is none: the configuration is an ES module. */
export function folderFiles({ survey, answers }: ProjectPlan): WantedFile[] {
  const ignored = [
    'node_modules',
    '.docket',
    '.env',
    'reports/*',
    '!reports/baseline.json',
    '!reports/mutation.json',
    '!reports/waivers.json',
    '!reports/judges',
    '!reports/durations.json',
  ];
  const manifest = { name: answers.name, private: true, type: 'module' };
  return [
    { path: '.gitignore', text: `${ignored.join('\n')}\n`, what: 'what git leaves alone', lines: true },
    ...(survey.manifest ? [] : [{ path: 'package.json', text: `${JSON.stringify(manifest, null, 2)}\n`, what: 'a manifest for npm' }]),
  ];
}

/** What a coding agent starts to see traces and cases, and to run trials. */
export function codingAgentFiles(): WantedFile[] {
  const servers = { mcpServers: { docket: { command: 'npx', args: ['--no', 'docket', 'mcp'] } } };
  return [{ path: '.mcp.json', text: `${JSON.stringify(servers, null, 2)}\n`, what: 'the project for coding agents' }];
}

/** The gate on every pull request, by the action that comes with the package, and the nightly look at recorded runs. */
export function workflowFiles(plan: ProjectPlan): WantedFile[] {
  const { survey } = plan;
  const { installer, repository, below, directory } = survey;
  // Folders of one repository have a workflow each, and checks and branches that can be told apart.
  const workflow = (name: string) =>
    relative(directory, `${repository ?? directory}/.github/workflows/${name}${suffixOf(below)}.yml`).replaceAll('\\', '/');
  const named = (name: string) => (below === '' ? name : `${name} of ${below}`);
  return [
    { path: workflow('docket-gate'), text: gateWorkflow(plan, named('Docket gate')), what: 'the gate on every pull request' },
    {
      path: workflow('docket-improve'),
      text: improveWorkflow({ name: named('Docket improve'), steps: setUpSteps(plan), docket: `${installer.run} docket`, below }),
      what: 'a nightly look at recorded runs',
    },
  ];
}
