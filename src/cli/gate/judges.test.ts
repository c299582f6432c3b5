import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';
import { judgedFees } from '../testing/simulated-judges.ts';

const judges = new URL('../testing/simulated-judges.ts', import.meta.url).href;
/** The decision is held against its label; of the fee only the judge knows. */
const agent = gateFiles
  .agent()
  .replace("import { z } from 'zod';", `import { z } from 'zod';\nimport { simulatedJudge } from '${judges}';`)
  .replace(/scorers: \[.*?\n {2}\],/s, "scorers: [expectedDecision({ approvalField: 'accepted' }), simulatedJudge('good')],");
/** Says a wrong fee for a heavy parcel, and denies it as it should. */
const wrongFee = `${soundPrompt}Then shout.\n`;

describe('a judge in docket gate', { tags: ['slow'] }, () => {
  let uncalibrated: GateProject;
  let calibrated: GateProject;
  let calibration: string;
  beforeAll(async () => {
    uncalibrated = gateProject();
    uncalibrated.write('.gitignore', `${uncalibrated.read('.gitignore')}!reports/judges\n`);
    uncalibrated.write('agent.ts', agent);
    uncalibrated.write(
      'labels.jsonl',
      judgedFees(30)
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
    expect((await runHere(['baseline', 'accept'], uncalibrated)).code).toBe(0);
    uncalibrated.commit('A judge, and a baseline');
    calibrated = uncalibrated.branchAs('main');
    expect((await runHere(['judge', 'calibrate', '--labels', 'labels.jsonl'], calibrated)).code).toBe(0);
    calibration = calibrated.read('reports/judges/good.json');
    expect((await runHere(['baseline', 'accept'], calibrated)).stdout).toContain('the scorers changed');
    calibrated.commit('The judge is calibrated');
  });
  afterAll(() => {
    uncalibrated[Symbol.dispose]();
    calibrated[Symbol.dispose]();
  });

  it('blocks by its word alone once main has its calibration', async () => {
    using worse = changing(calibrated, { 'prompts/v1.md': wrongFee });
    const { verdict } = await judge(worse);
    expect(verdict).toMatchObject({ verdict: 'regressed', accusation: { cause: 'case', caseId: 'heavy' } });
    expect(verdict.notices.filter(({ kind }) => kind === 'advisory-judge')).toEqual([]);
  });

  it('is not promoted by the change that it judges', async () => {
    using worse = changing(uncalibrated, { 'prompts/v1.md': wrongFee });
    const before = await judge(worse);
    expect(before.verdict.verdict).toBe('pass');
    const message = 'The judge "good" only informs: it was never held against labels of people; docket judge calibrate good.';
    expect(before.verdict.notices).toContainEqual({ kind: 'advisory-judge', message });

    using promoting = changing(uncalibrated, { 'prompts/v1.md': `${soundPrompt}\n`, 'reports/judges/good.json': calibration });
    const { verdict } = await judge(promoting);
    expect(verdict.exitCode).not.toBe(0);
    expect(verdict.notices).toContainEqual({ kind: 'advisory-judge', message });
    expect(verdict.ruleChanges).toContainEqual(
      expect.objectContaining({ what: 'scorer', where: 'reports/judges/good.json', field: 'added', weighs: true }),
    );
  });

  it('is not silenced by it either: a calibration taken away is a change of the rules', async () => {
    using silencing = calibrated.branch();
    silencing.remove('reports/judges/good.json');
    silencing.write('prompts/v1.md', wrongFee);
    const { verdict } = await judge(silencing);
    expect(verdict.exitCode).not.toBe(0);
    expect(verdict.ruleChanges).toContainEqual(expect.objectContaining({ where: 'reports/judges/good.json', field: 'removed' }));
  });
});
