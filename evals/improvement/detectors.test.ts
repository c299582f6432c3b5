import { expect, it } from 'vitest';
import { declareAgent } from '../../src/flows/improve/declare-agent.ts';
import { RunDistribution } from '../../src/improvement/run-distribution.ts';
import { AgentReading } from '../../src/improvement/run-reading.ts';
import { resolveVersion, type Version } from '../../src/index.ts';
import { underwriter } from '../../src/underwriting/agent.ts';
import { knownFaults } from './known-faults.ts';
import { caseInputs, observedRuns, problemsOf } from './underwriter-runs.ts';

const inputs = caseInputs();

it('finds every known fault of version 1 in its runs alone, and nothing that is none; told apart by what is to blame', async () => {
  const found = await problemsOf({ version: 'v1', inputs, trials: 2 });
  expect(knownFaults.filter(({ isFound }) => !found.some(isFound)).map(({ fault }) => fault)).toEqual([]);
  expect(found.filter((problem) => !knownFaults.some(({ isFound }) => isFound(problem))).map(({ id }) => id)).toEqual([]);
  const cause = (id: string) => found.find((problem) => problem.id === id)?.cause;
  expect(cause('tool-against-policy/calc_dti/dti')).toBe('tool');
  expect(cause('wrong-source/monthly_payment/calc_dti-s-monthly-debt')).toBe('prompt');
  expect(cause('ambiguous-instruction/monthly_payment')).toBe('schema');
  // By hand: 100,000 a year is 8,333.33 a month, of which 42,000 / 12 = 3,500 are debt and 1,580.17 the loan: 60.96 %, and the tool says 42.0 %.
  const [tool] = found;
  expect(JSON.stringify(tool?.examples)).toContain('DTI: 42.0%');
  expect(JSON.stringify(tool?.examples)).toContain('Post-loan DTI 60.96 %');
});

it('finds nothing in versions 2 and 3', async () => {
  for (const version of ['v2', 'v3']) expect(await problemsOf({ version, inputs, trials: 2 })).toEqual([]);
});

it('tells a single trace of each of the ten cases as well', async () => {
  const found = await problemsOf({ version: 'v1', inputs: inputs.slice(0, 10), trials: 1, kind: 'trace' });
  const ids = found.map(({ id }) => id);
  for (const id of [
    'tool-against-policy/calc_dti/dti',
    'against-reasoning',
    'invented-rule',
    'wrong-source/monthly_payment/calc_dti-s-monthly-debt',
    'method-varies/max_loan',
  ])
    expect(ids).toContain(id);
});

it('tells where two versions differ, by cases, and where one does from itself: nowhere', async () => {
  const distributionOf = async (name: string, first: number) => {
    const version = resolveVersion(underwriter, name) as Version;
    const of = new AgentReading(declareAgent(underwriter, version));
    const distribution = new RunDistribution();
    for await (const run of observedRuns({ version, inputs, trials: first + 2 }))
      if (Number(run.id.at(-1)) > first) distribution.see(of.of(run));
    return distribution;
  };
  const told = { id: 'drift/against', these: 'these', others: 'those', because: '-' };
  const v2 = await distributionOf('v2', 0);
  expect((await distributionOf('v2', 2)).against(v2, told)).toEqual([]);
  const ids = (await distributionOf('v1', 0)).against(v2, told).map(({ id }) => id);
  for (const kind of ['choice', 'course']) expect(ids.some((id) => id.startsWith(`drift/against/${kind}/`))).toBe(true);
});
