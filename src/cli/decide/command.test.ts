import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixtureProject } from '../testing/fixture-project.ts';
import { unusualWeights } from '../testing/parcel-desk.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const project = fixtureProject();
const { directory } = project;
afterAll(() => project[Symbol.dispose]());

/** What a terminal would obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const obeyed = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E\u2069]/;

describe('docket decide', () => {
  it('decides on a loan: JSON with the mode on stdout, the mode first on stderr', async () => {
    const { code, stdout, stderr } = await runDocket(['decide', '85000', '12000', '720', '250000', '--mode', 'simulated']);
    expect(JSON.parse(stdout)).toMatchObject({
      mode: 'simulated',
      approved: true,
      monthly_payment: 1696.97,
      reasoning: expect.any(String),
    });
    expect(stderr).toMatch(/^simulated model/);
    expect(code).toBe(0);
  });

  it.each([
    [['85000', '12000', '720'], 'Expected 4 arguments, got 3 (85000 12000 720)'],
    [['85000', '12000', '720', '250000', '1'], 'Expected 4 arguments, got 5'],
    [[], 'Expected 4 arguments, got 0'],
    [['85000', '12000', '720', '-5'], 'loan_amount is -5: loan_amount must be more than $0'],
    [['-85000', '12000', '720', '5'], 'annual_income is -85000'],
    [['85000', '12000', '299', '5'], 'credit_score is 299: credit_score must be 300 or more'],
    [['85000', '12000', '851', '5'], 'credit_score is 851: credit_score must be 850 or less'],
    [['85000', '12000', '720.5', '5'], 'credit_score must be a whole number'],
    [['85000', '12000', '720', '1e999'], 'loan_amount must be a finite number'],
    [['85000', '-Infinity', '720', '5'], 'total_debt: "-Infinity" is not a number'],
    [['NaN', '12000', '720', '5'], 'annual_income: "NaN" is not a number'],
    [['85k', '12000', '720', '5'], 'annual_income: "85k" is not a number'],
    [['85000', '', '720', '5'], 'total_debt: "" is not a number'],
    [['85000', '12000', '720', '250000', '--version', 'v9'], 'Known: v1, v2'],
    [['--vershun', 'v1', '1', '2', '3', '4'], "unknown option '--vershun'"],
    [['{"annual_income": 85000}'], 'total_debt: total_debt must be a finite number of dollars'],
    [['{annual_income: 85000}'], "Put it in single quotes: docket decide '{"],
  ])('refuses %j before any model is chosen', async (words, message) => {
    const { code, stdout, stderr } = await runHere(['decide', ...words]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('simulated');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('tells everything it knows with --json, for the version that was asked for', async () => {
    const { code, stdout } = await runHere(['decide', '30', '10', '--version', 'v1', '--json'], { directory });
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'decision',
      mode: 'simulated',
      agent: 'parcel-desk',
      version: { name: 'v1', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
      input: { weight: 30, worth: 10 },
      decision: { accepted: true, fee: 60 },
      findings: [],
      dollars: expect.any(Number),
    });
    expect(code).toBe(0);
  });

  it('takes the input as JSON, also of an agent that defines no arguments', async () => {
    using wordless = fixtureProject();
    const config = join(wordless.directory, 'docket.config.ts');
    writeFileSync(config, readFileSync(config, 'utf8').replace('...parcelDesk,', '...parcelDesk, commandLine: undefined,'));
    const words = await runHere(['decide', '30', '10'], { directory: wordless.directory });
    expect(words.stderr).toContain(`Give its input as JSON: docket decide '{"<field>": <value>}'`);
    expect(words.code).toBe(2);
    for (const each of [wordless.directory, directory]) {
      const { code, stdout } = await runHere(['decide', '{"weight": 30, "worth": 10}', '--version', 'v1'], { directory: each });
      expect(JSON.parse(stdout)).toMatchObject({ accepted: true, fee: 60 });
      expect(code).toBe(0);
    }
    // What was decided stays out of git, whatever the project's own .gitignore says.
    expect(readFileSync(join(wordless.directory, '.docket/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('warns when the decision does not hang together, and prints hostile text harmlessly', async () => {
    const { code, stdout, stderr } = await runHere(['decide', String(unusualWeights.contradictsItself), '10'], { directory });
    expect(stderr).toContain('warning: wrong-fee: the fee is 1, expected 188: red gnp.exe hidden');
    expect(stderr).not.toMatch(obeyed);
    expect(stdout).not.toMatch(obeyed);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: true, fee: 1, reason: expect.stringContaining('owned') });
    expect(code).toBe(0);
  });

  it.each([
    ['refuses', 'The model refused to decide', 1],
    ['isCutOff', 'The answer was cut off (max_tokens)', 1],
    ['babbles', 'The answer is not a valid decision', 1],
    ['isOutOfReach', 'The model did not answer (server): The server is red', 3],
  ] as const)('says so when the model %s', async (unusual, message, expectedCode) => {
    const { code, stdout, stderr } = await runHere(['decide', String(unusualWeights[unusual]), '10'], { directory });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(obeyed);
    expect(stdout).toBe('');
    expect(code).toBe(expectedCode);
  });
});
