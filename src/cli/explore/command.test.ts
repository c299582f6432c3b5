import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeUnderwriterProject } from '../../../evals/docs/underwriter-project.ts';
import { explorationSchema } from '../../contracts/exploration.ts';
import { loadConfig } from '../../flows/load-config.ts';
import type { Model } from '../../model/model.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { serveModel } from '../../model/stand-in/serve-model.ts';
import { runHere } from '../testing/run-here.ts';

const directory = makeUnderwriterProject(['01-dti-exactly-at-cap.json', '08-trivial-loan-no-debt.json']);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('docket explore', () => {
  test('shows each fault of version 1 once, with the plainest input, and drafts cases; nothing in version 2', async () => {
    const { code, stdout } = await runHere(['explore', '--version', 'v1', '--budget', '120'], { directory });
    expect(code).toBe(1);
    expect(stdout).toMatch(/v1 of underwriter · simulated model · seed 1 · 120 trials on \d+ inputs/);
    for (const fault of ['approval-against-dti', 'contradiction', 'wrong-monthly-payment', 'wrong-max-loan', 'invented-rule'])
      expect(stdout.split(`✗ ${fault}`)).toHaveLength(2);
    expect(stdout).toMatch(/Drafted \d+ cases, for docket cases review/);
    const drafts = readdirSync(join(directory, 'cases', 'drafts'));
    expect(drafts.length).toBeGreaterThan(2);
    const json = await runHere(['explore', '--version', 'v1', '--budget', '120', '--json'], { directory });
    expect(explorationSchema.parse(JSON.parse(json.stdout)).finds.length).toBeGreaterThanOrEqual(6);
    expect(readdirSync(join(directory, 'cases', 'drafts'))).toEqual(drafts);
    const right = await runHere(['explore', '--budget', '24'], { directory });
    expect(right.stdout).toContain('✓ Nothing found in 24 trials on 24 inputs. That shows no fault, and proves none absent.');
    expect(right.code).toBe(0);
  });

  test('a live model: the price beforehand, and no more dollars than were allowed', { tags: ['slow'] }, async () => {
    const { agent } = await loadConfig(directory);
    const simulated = simulatedModel(agent.simulator as Simulator);
    const live: Model = { mode: 'live', create: (...call) => simulated.create(...call) };
    const server = await serveModel(live, {});
    onTestFinished(() => server.close());
    const environment = { ANTHROPIC_API_KEY: 'sk-ant-test-0123456789abcdef', ANTHROPIC_BASE_URL: server.url };
    const { stdout, stderr, code } = await runHere(['explore', '--version', 'v2', '--mode', 'live', '--budget', '5 usd'], {
      directory,
      environment,
    });
    expect(stderr).toContain('live model: 200 trials to pay for (1,600 requests at most); the cost is not known in advance because');
    expect(stdout).toMatch(/live model · seed 1 · \d+ trials on \d+ inputs · \$\d/);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing found')]);
    const poor = await runHere(['explore', '--version', 'v2', '--mode', 'live', '--seed', '2', '--budget', '$0.05'], {
      directory,
      environment,
    });
    expect(poor.stdout).toMatch(/! Ended early: .*\$0\.05/);
    expect(poor.stdout).not.toContain('✓');
    expect(poor.code).toBe(3);
  });

  test.each([
    [['--budget', '0'], 'Expected a number of model runs (200) or an amount of dollars'],
    [['--seed', 'lucky'], 'Expected a whole number, 0 to 2147483647.'],
    [['--seed', '-1'], 'Expected a whole number, 0 to 2147483647.'],
    [['--version', 'v9'], 'has no version "v9"'],
  ])('%j', async (words, said) => {
    const { code, stderr } = await runHere(['explore', ...words], { directory });
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });
});
