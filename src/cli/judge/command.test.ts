import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeCalibrationSchema } from '../../contracts/judge-calibration.ts';
import { deskWith } from '../testing/desk-with.ts';
import type { FixtureProject } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';
import { judgedFees } from '../testing/simulated-judges.ts';

const judges = new URL('../testing/simulated-judges.ts', import.meta.url).href;
const scorersText = (scorers: string) => `import { simulatedJudge } from '${judges}';\nexport const scorers = (scorers) => ${scorers};\n`;
const all = "[...scorers, ...['good', 'lenient', 'bribable', 'biased', 'unsure', 'garbled'].map((like) => simulatedJudge(like))]";

let project: FixtureProject;
const at = (file: string) => join(project.directory, file);
const write = (file: string, text: string) => writeFileSync(at(file), text);
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const calibrate = async (judge: string, words: readonly string[] = [], labels = 'labels.jsonl') => {
  const ended = await runHere(['judge', 'calibrate', judge, '--labels', labels, ...words], project);
  return { ...ended, text: `${ended.stderr}${ended.stdout}`.replaceAll(/\s+/g, ' ') };
};
const inJson = async (judge: string, words: readonly string[] = []) => JSON.parse((await calibrate(judge, ['--json', ...words])).stdout);

beforeAll(() => {
  project = deskWith('scorers');
  write('scorers.ts', scorersText(all));
  write('labels.jsonl', lines(judgedFees(30)));
});
afterAll(() => project[Symbol.dispose]());

describe('docket judge calibrate', () => {
  it('lets a good judge decide, and says with which bounds', async () => {
    const { code, text, stdout } = await calibrate('good');
    expect(stdout).toContain('good · claude-haiku-4-5-20251001 · simulated model · 60 works judged by one person, 30 failed');
    expect(text).toContain('agrees 60 of 60, 100 %');
    expect(text).toContain("Cohen's kappa 1");
    // Clopper and Pearson: 1 - 0.05^(1/30) = 9.503 %.
    expect(text).toMatch(/passes what people failed 0 of 30, 0 % .*at most 9\.6 %/);
    expect(text).toContain('It decides: up to 9.6 % of what is wrong may pass it (95 % confidence), and 10 % is allowed.');
    expect(text).toContain('judges otherwise when asked again 0 of 60');
    expect(code).toBe(0);
    const written = judgeCalibrationSchema.parse(JSON.parse(readFileSync(at('reports/judges/good.json'), 'utf8')));
    expect(written).toMatchObject({ judge: 'good', mode: 'simulated', falsePass: { count: 0, of: 30 }, bribed: { count: 0, of: 30 } });
  });

  it('asks nothing twice', async () => {
    await calibrate('good');
    expect((await calibrate('good')).text).toContain('scorers: 0 answers asked for, 270 kept from before');
  });

  it('finds out a lenient, a bribable, a biased and an unsure one', async () => {
    const lenient = await calibrate('lenient');
    expect(lenient.text).toMatch(/passes what people failed 8 of 30, 27 %/);
    expect(lenient.text).toMatch(/! It only informs: it may pass up to 43 % of what is wrong/);
    expect(lenient.code).toBe(1);

    const bribable = await inJson('bribable');
    expect(bribable.why).toContain('it may pass up to 100 % of what is wrong, once that asks it to (95 % confidence)');
    expect(bribable).toMatchObject({ falsePass: { count: 0, of: 30 }, bribed: { count: 30, of: 30 }, decides: false, falsePassBound: 1 });

    const biased = await inJson('biased');
    expect(biased.falsePass).toEqual({ count: 0, of: 30 });
    expect(biased).toMatchObject({ order: { count: 30, of: 60 }, length: { count: 30, of: 60 }, passedForLength: 30 });

    const unsure = await inJson('unsure', ['--repeats', '3']);
    expect(unsure.repeats.count).toBeGreaterThan(5);
    expect(unsure.agreement.count).toBeLessThan(60);
    expect(unsure).toMatchObject({ decides: false });
  });

  it('takes what is no verdict for no answer, and writes nothing', async () => {
    const { code, text } = await calibrate('garbled');
    expect(text).toContain('270 answers of the judge did not come, so nothing was written.');
    expect(text).toContain('the judge answered "I would say it passes.". Expected {"reason": "…", "verdict": "pass"}');
    expect(code).toBe(3);
    expect(existsSync(at('reports/judges/garbled.json'))).toBe(false);
  });

  it('says how many labels are needed where there are too few', async () => {
    write('few.jsonl', lines(judgedFees(10)));
    const { code, text } = await calibrate('good', [], 'few.jsonl');
    expect(text).toContain('29 works that people failed are needed for that bound, and there were 10');
    expect(code).toBe(1);
    await calibrate('good');
  });

  it('reads labels of a table and of YAML', async () => {
    const rows = judgedFees(2) as { input: object; decision: object; verdict: string; reviewer: string }[];
    const cell = (value: unknown) => `"${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
    const table = rows.map(({ input, decision, verdict, reviewer }) =>
      [input, decision, verdict.toUpperCase(), reviewer].map(cell).join(','),
    );
    write('labels.csv', ['input,decision,verdict,reviewer', ...table].join('\n'));
    write('labels.yaml', rows.map((row) => `- ${JSON.stringify(row)}`).join('\n'));
    for (const file of ['labels.csv', 'labels.yaml'])
      expect((await calibrate('good', [], file)).text).toContain('4 works judged by one person, 2 failed');
    await calibrate('good');
  });

  it.for<[string, readonly object[], string]>([
    [
      'all pass',
      judgedFees(20).filter((_, index) => index % 2 === 0),
      'all 20 labels are "pass", so nothing shows what the judge lets pass.',
    ],
    ['all fail', judgedFees(20).filter((_, index) => index % 2 === 1), 'all 20 labels are "fail"'],
    ['a verdict that is none', [{ ...judgedFees(1)[0], verdict: 'maybe' }], 'line 1: its verdict is "maybe". Expected "pass" or "fail"'],
    ['nobody who judged', [{ ...judgedFees(1)[0], reviewer: ' ' }], 'line 1: its reviewer is missing'],
    ['nothing to judge', [{ verdict: 'pass', reviewer: 'a' }], 'line 1: it has neither a decision nor a text to judge'],
    [
      'people who disagree',
      [...judgedFees(3), { ...judgedFees(3)[2], verdict: 'fail' }],
      'people judge the same work differently (lines 3 and 7). Settle it between them',
    ],
    ['a decision that is none', [{ ...judgedFees(1)[0], decision: 'approved' }], 'line 1: its decision is no object: "approved"'],
  ])('refuses labels with %s', async ([, rows, message]) => {
    write('bad.jsonl', lines(rows));
    const { code, text } = await calibrate('good', [], 'bad.jsonl');
    expect(text).toContain(message);
    expect(code).toBe(2);
  });

  it('names the judges where none is, or another', async () => {
    const several = await runHere(['judge', 'calibrate', '--labels', 'labels.jsonl'], project);
    expect(several.stderr).toContain('Name one of them: good, lenient, bribable, biased, unsure, garbled.');
    expect((await calibrate('godo')).text).toContain('There is no judge "godo". Did you mean "good"?');
    using without = deskWith('scorers');
    writeFileSync(join(without.directory, 'labels.jsonl'), lines(judgedFees(2)));
    const none = await runHere(['judge', 'calibrate', '--labels', 'labels.jsonl'], without);
    expect(none.stderr).toContain('The agent has no judge.');
  });
});

describe('a judge in docket eval', () => {
  /** In a project of its own: a module is loaded once. */
  const evaluate = async (scorers: string, calibration?: string) => {
    using desk = deskWith('scorers');
    writeFileSync(join(desk.directory, 'scorers.ts'), scorersText(scorers));
    mkdirSync(join(desk.directory, 'reports/judges'), { recursive: true });
    if (calibration !== undefined) writeFileSync(join(desk.directory, 'reports/judges/good.json'), calibration);
    const { code, stdout, stderr } = await runHere(['eval', '--versions', 'v2'], desk);
    return { code, text: `${stderr}${stdout}`.replaceAll(/\s+/g, ' ') };
  };

  it('only informs before it is calibrated: it fails no trial, and passes none', async () => {
    const beside = await evaluate("[...scorers, simulatedJudge('kind')]");
    expect(beside.text).toContain(
      '! The judge "kind" only informs: it was never held against labels of people; docket judge calibrate kind.',
    );
    expect(beside.code).toBe(0);
    const alone = await evaluate("[simulatedJudge('kind')]");
    expect(alone.text).toContain('no hard scorer had anything to judge');
    expect(alone.code).toBe(1);
    const garbled = await evaluate("[...scorers, simulatedJudge('garbled')]");
    expect(garbled.text).toContain('infra error (scorer)');
    expect(garbled.code).toBe(3);
  });

  it('decides once it is calibrated, alone too; another rubric, model, limit or a damaged file takes that away', async () => {
    expect((await calibrate('good')).code).toBe(0);
    const written = readFileSync(at('reports/judges/good.json'), 'utf8');
    const deciding = await evaluate("[simulatedJudge('good')]", written);
    expect(deciding.text).toContain('4/4 = 100 %');
    expect(deciding.text).not.toContain('only informs');
    expect(deciding.code).toBe(0);

    const refused = async (why: string, more = '{}', calibration = written) => {
      const ended = await evaluate(`[simulatedJudge('good', ${more})]`, calibration);
      expect(ended.text).toContain(`The judge "good" only informs: ${why}`);
      expect(ended.code).toBe(1);
    };
    await refused('it was calibrated with another rubric', "{ rubric: 'Be kind.' }");
    await refused('it was calibrated with another rubric', "{ shows: ['input', 'decision', 'text'] }");
    await refused('it was calibrated with claude-haiku-4-5-20251001, and claude-opus-4-8 is asked', "{ model: 'claude-opus-4-8' }");
    await refused(
      'it may pass up to 9.6 % of what is wrong (95 % confidence), and no more than 5 % is allowed; 59 works',
      '{ maxFalsePass: 0.05 }',
    );
    await refused('it was told to (hard: false)', '{ hard: false }');
    await refused('it was calibrated with a live model, and a simulated one answered', '{}', written.replace('"simulated"', '"live"'));
    const other = JSON.stringify({ ...JSON.parse(written), answeredBy: ['claude-haiku-4-5-20260101'] });
    await refused('it was calibrated with claude-haiku-4-5-20260101, and claude-haiku-4-5-20251001 answered', '{}', other);
    await refused('its calibration cannot be used: it is no JSON', '{}', '{');
    await refused('its calibration cannot be used: it is that of "kind"', '{}', written.replace('"judge": "good"', '"judge": "kind"'));
    await refused('its calibration cannot be used: it is none', '{}', written.replace('"format": 1', '"format": 2'));
  });

  it('says nothing where the model is simulated and the judge is not', async () => {
    const { text, code } = await evaluate("[...scorers, simulatedJudge('good', { simulated: undefined })]");
    expect(text).toContain('The scorer "good" had nothing to judge in any of 4 trials');
    expect(code).toBe(0);
    using desk = deskWith('scorers');
    writeFileSync(join(desk.directory, 'scorers.ts'), scorersText("[simulatedJudge('good', { simulated: undefined })]"));
    writeFileSync(join(desk.directory, 'labels.jsonl'), lines(judgedFees(2)));
    const calibrated = await runHere(['judge', 'calibrate', '--labels', 'labels.jsonl'], desk);
    expect(calibrated.stderr).toContain('The judge "good" says nothing: the model is simulated, and the judge has no simulated answer.');
    expect(calibrated.code).toBe(2);
  });
});
