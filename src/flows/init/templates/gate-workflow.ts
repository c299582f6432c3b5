import { posix } from 'node:path';
import { type ProjectPlan, suffixOf, yamlValue } from './project-plan.ts';
import { setUpSteps } from './set-up-steps.ts';

/** The gate on every pull request, by the action that comes with the package; on several machines where the plan says so. */
export function gateWorkflow(plan: ProjectPlan, name: string): string {
  const { shards } = plan.answers;
  return `# Blocks a pull request that makes the agent worse. Require the check "${name}" in the branch's rules.
${shards === undefined ? '' : shardsNote}name: ${yamlValue(name)}

on:
  pull_request:
  merge_group:

permissions:
  contents: read

concurrency:
  group: docket-gate${suffixOf(plan.survey.below)}-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: true

jobs:
${shards === undefined ? '' : shardJob(plan, shards)}  judge:
${shards === undefined ? '' : afterShards}    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read
      pull-requests: write # for the comment
    steps:
${stepsText(plan, shards === undefined ? [] : [`shards: ${shards}`, ...signed])}
  gate:
    name: ${yamlValue(name)}
    needs: judge
    if: always()
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: {}
    steps:
      - env:
          RESULT: \${{ needs.judge.result }}
        run: test "$RESULT" = success
`;
}

const shardsNote = `# Shards run parts of its rounds beside each other, and one job judges. Their trials are believed only where they are signed: make the secret
# DOCKET_STORE_SECRET (openssl rand -hex 32). Commit reports/durations.json (docket durations), so that they take alike.
`;

const afterShards = `    needs: shard
    # Also where a shard failed: the gate runs itself what is missing, and says the verdict.
    if: \${{ !cancelled() }}
`;

const signed = [`store-secret: ${secret('DOCKET_STORE_SECRET')}`];

function shardJob(plan: ProjectPlan, shards: number): string {
  const numbers = Array.from({ length: shards }, (_, index) => index + 1);
  return `  shard:
    strategy:
      fail-fast: false
      matrix:
        shard: [${numbers.join(', ')}]
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    steps:
${stepsText(plan, [`shard: \${{ matrix.shard }}/${shards}`, ...signed])}
`;
}

/** Checkout, set-up and the action, with what else it is given. */
function stepsText(plan: ProjectPlan, given: readonly string[]): string {
  const { survey, answers } = plan;
  const { installer, below } = survey;
  const folder = below === '' ? '.' : below;
  const action = `./${posix.join(below, survey.packages, 'docket-evals')}`;
  const steps = [
    [
      'uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
      'with:',
      '  fetch-depth: 0 # the verdict is bound to the merge base',
      '  persist-credentials: false',
    ],
    ...setUpSteps(plan),
    [
      `uses: ${yamlValue(action)}`,
      'with:',
      `  working-directory: ${yamlValue(folder)}`,
      `  command: ${installer.run} docket`,
      ...given.map((line) => `  ${line}`),
      ...(answers.kind === 'messages'
        ? ['env:', `  ANTHROPIC_API_KEY: ${secret('ANTHROPIC_API_KEY')} # empty, and not needed, where answers are recorded`]
        : ['# Keys of the agent itself, by names of their own:', '# env:', `#   DESK_API_KEY: ${secret('DESK_API_KEY')}`]),
    ],
  ];
  return steps.map(([first, ...rest]) => `${[`      - ${first}`, ...rest.map((line) => `        ${line}`)].join('\n')}\n`).join('');
}

function secret(name: string): string {
  return `\${{ secrets.${name} }}`;
}
