import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { PriceBook } from './price-book.ts';
import { type ModelSelection, selectModel } from './select-model.ts';
import { simulatedModel } from './simulated.ts';
import { serveForTest, testKey, unannounced } from './testing/loopback.ts';
import { trialContext, weatherRequest, weatherSimulator } from './testing/weather-simulator.ts';

function select(changes: Partial<ModelSelection>) {
  const warnings: string[] = [];
  const recordingsDirectory = mkdtempSync(join(tmpdir(), 'docket-select-'));
  onTestFinished(() => rmSync(recordingsDirectory, { recursive: true }));
  const selection = {
    simulator: weatherSimulator,
    recordingsDirectory,
    environment: {},
    warn: (message: string) => warnings.push(message),
    ...changes,
  };
  return { model: selectModel(selection), warnings, recordingsDirectory };
}

describe('without being told', () => {
  it('is simulated when there is no key, and says so first', () => {
    const { model, warnings } = select({});
    expect(model.mode).toBe('simulated');
    expect(warnings).toEqual([expect.stringContaining('no ANTHROPIC_API_KEY: simulated model')]);
  });

  it.each([{ ANTHROPIC_API_KEY: testKey }, { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' }])('is live with %j', (environment) => {
    const { model, warnings } = select({ environment });
    expect(model.mode).toBe('live');
    expect(warnings).toEqual([]);
  });

  it('asks for a key when there is neither key nor simulator', () => {
    const warnings: string[] = [];
    const selection = { recordingsDirectory: 'recordings', environment: {}, warn: (message: string) => warnings.push(message) };
    expect(() => selectModel(selection)).toThrow(/no simulator.*ANTHROPIC_API_KEY/);
    expect(warnings).toEqual([]);
  });
});

describe('told', () => {
  it.each(['recorded', 'simulated'] as const)('%s it is, whatever the environment holds, without a word', (mode) => {
    const { model, warnings } = select({ mode, environment: { ANTHROPIC_API_KEY: testKey } });
    expect(model.mode).toBe(mode);
    expect(warnings).toEqual([]);
  });

  it('live, it never falls back', () => {
    expect(() => select({ mode: 'live' })).toThrow(DocketError);
  });

  it('to record, it writes what it answers; replay needs no key', async () => {
    const { model, recordingsDirectory } = select({ mode: 'simulated', record: true });
    const answer = await model.create(weatherRequest(), trialContext());
    expect(readdirSync(recordingsDirectory)).toHaveLength(1);
    const replay = selectModel({ mode: 'recorded', recordingsDirectory, environment: {}, warn: () => undefined });
    await expect(replay.create(weatherRequest(), trialContext())).resolves.toEqual(answer);
  });

  it('to record what is recorded, it refuses', () => {
    expect(() => select({ mode: 'recorded', record: true })).toThrow(/cannot be recorded again/);
  });

  it('a budget, live calls stop at it', async () => {
    const served = await serveForTest({}, unannounced(simulatedModel(weatherSimulator)));
    const { model } = select({
      environment: { ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: served.url },
      budget: { dollars: 0.000001, prices: new PriceBook() },
    });
    await model.create(weatherRequest(), trialContext());
    await expect(model.create(weatherRequest(), trialContext())).rejects.toMatchObject({ kind: 'spend-limit' });
  });
});

it('loads no model SDK before the first live call', () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
    const { selectModel } = await import(${JSON.stringify(new URL('select-model.ts', import.meta.url).href)});
    const model = selectModel({ recordingsDirectory: '', environment: { ANTHROPIC_API_KEY: 'key' }, warn: () => {} });
    console.log(JSON.stringify({ mode: model.mode, sdk: loaded.filter((url) => url.includes('@anthropic-ai')).length, modules: loaded.length }));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const report = JSON.parse(output) as { modules: number };
  expect(report).toMatchObject({ mode: 'live', sdk: 0 });
  expect(report.modules).toBeGreaterThan(5);
});
