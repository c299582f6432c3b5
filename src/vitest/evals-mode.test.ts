import { expect, test } from 'vitest';
import { alwaysSimulated, evalsMode } from './evals-mode.ts';

test('without a word about it a suite is simulated and keeps nothing, key or no key', () => {
  expect(evalsMode({})).toEqual({ mode: 'simulated', store: ':memory:' });
  expect(evalsMode({ DOCKET_EVALS_MODE: '', ANTHROPIC_API_KEY: 'sk-ant-key' })).toEqual(alwaysSimulated);
});

test('a mode that was asked for keeps its trials in the configured store', () => {
  expect(evalsMode({ DOCKET_EVALS_MODE: 'auto' })).toEqual({ mode: undefined, store: undefined });
  expect(evalsMode({ DOCKET_EVALS_MODE: 'recorded' })).toEqual({ mode: 'recorded', store: undefined });
});

test('a word that is no mode is an error that names it and the modes', () => {
  expect(() => evalsMode({ DOCKET_EVALS_MODE: 'Live' })).toThrow('DOCKET_EVALS_MODE is "Live". Expected auto, live, recorded, simulated');
});
