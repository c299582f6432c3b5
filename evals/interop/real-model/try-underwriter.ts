import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDocket } from '../../../src/cli/testing/run-docket.ts';
import { evaluationSchema } from '../../../src/contracts/evaluation.ts';
import { makeUnderwriterProject } from '../../docs/underwriter-project.ts';
import { modelId } from './adapter.ts';

const source = join(import.meta.dirname, '../../../src');

const configuration = `import { defineConfig } from '${source}/index.ts';
import { underwriter } from '${source}/underwriting/agent.ts';
const settings = { effort: null, maxTokens: 200, maxTurns: 4 };
const versions = Object.fromEntries(Object.entries(underwriter.versions).map(([name, version]) => [name, { ...version, model: '${modelId}', settings }]));
export default defineConfig({ agent: { ...underwriter, versions }, cases: 'cases', current: 'v2', versions: ['v2'], trials: 2, concurrency: 2 });
`;

/** A task that is far too hard for the model: whatever it says, a trial ends as an answer's fault, and none as the machinery's. */
export async function tryUnderwriter(url: string): Promise<void> {
  const project = makeUnderwriterProject(['08-trivial-loan-no-debt.json', '02-dti-a-hair-over-cap.json']);
  try {
    writeFileSync(join(project, 'docket.config.ts'), configuration);
    const environment = { ANTHROPIC_API_KEY: 'nobody-asks-for-this-key', ANTHROPIC_BASE_URL: url };
    const { code, stdout, stderr } = await runDocket(['eval', '--mode', 'live', '--json'], { directory: project, environment });
    assert.ok(code === 0 || code === 1, `docket eval ended with ${code}:\n${stderr}`);
    for (const { totals, cases } of evaluationSchema.parse(JSON.parse(stdout)).versions) {
      const trials = cases.flatMap(({ trials: each }) => each);
      console.log(
        `  ${totals.passes} of ${totals.runs} right: ${trials.map(({ outcome }) => outcome).join(', ')}; ${totals.tokens} tokens`,
      );
      const findings = cases.flatMap(({ findings: each }) => each.map(({ code: finding, trials: count }) => `${finding} (${count})`));
      console.log(`  found: ${findings.join(', ') || 'nothing'}`);
      assert.equal(totals.infraErrors, 0, 'a bad answer is no fault of the machinery');
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
