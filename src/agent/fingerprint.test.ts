import { expect, test } from 'vitest';
import { z } from 'zod';
import { factorNames } from '../contracts/factor.ts';
import type { JsonObject } from '../contracts/json.ts';
import { fingerprintInput, fingerprintParts, fingerprintVersion } from './fingerprint.ts';
import { refundDesk } from './testing/refund-desk.ts';
import { resolveVersion } from './version.ts';

const simulated = { mode: 'simulated' as const, settings: { slipRate: 0 } };
const agent = refundDesk();
const fingerprint = (
  changed: Partial<typeof agent> = {},
  reference = 'v1',
  model: Parameters<typeof fingerprintVersion>[2] = simulated,
) => {
  const other = { ...agent, ...changed };
  return fingerprintVersion(other, resolveVersion(other, reference), model);
};

test('is the same for the same content under another name', async () => {
  const { v1 } = agent.versions;
  expect(v1).toBeDefined();
  expect(
    await fingerprint(
      { name: 'other-name', versions: { renamed: { ...v1, prompt: 'short', toolVariant: 'plain', model: 'claude-sonnet-4-6' } } },
      'renamed',
    ),
  ).toBe(await fingerprint());
});

test.each<[string, () => Promise<string>]>([
  ['prompt', () => fingerprint({ prompts: { short: 'You decide refunds!' } })],
  ['model', () => fingerprint({}, 'v1@claude-haiku-5-5')],
  ['mode', () => fingerprint({}, 'v1', { mode: 'live', settings: {} })],
  ['slip rate of the simulation', () => fingerprint({}, 'v1', { mode: 'simulated', settings: { slipRate: 0.1 } })],
  ['user message', () => fingerprint({ userMessage: { ...agent.userMessage, source: new URL('./tool.ts', import.meta.url).href } })],
  ['simulator', () => fingerprint({ simulator: { source: import.meta.url, respond: () => ({ content: [], stopReason: 'end_turn' }) } })],
  [
    'effort',
    () =>
      fingerprint({ versions: { v1: { prompt: 'short', toolVariant: 'plain', model: 'claude-sonnet-4-6', settings: { effort: 'low' } } } }),
  ],
])('changes with the %s', async (_name, changed) => {
  expect(await changed()).not.toBe(await fingerprint());
});

test('each change shows in its own part only', async () => {
  const partsOf = (changed: Partial<typeof agent>, reference = 'v1') => {
    const other = { ...agent, ...changed };
    return fingerprintParts(other, resolveVersion(other, reference), simulated);
  };
  const before = await partsOf({});
  const changed = async (parts: Promise<typeof before>) => {
    const after = await parts;
    return factorNames.filter((factor) => after[factor] !== before[factor]);
  };
  const version = { prompt: 'short', toolVariant: 'plain', model: 'claude-sonnet-4-6' };
  const plain = agent.toolVariants.plain as (typeof agent.toolVariants)[string];
  expect(await changed(partsOf({ prompts: { short: 'You decide refunds!' } }))).toEqual(['prompt']);
  expect(await changed(partsOf({}, 'v1@claude-haiku-5-5'))).toEqual(['model']);
  expect(await changed(partsOf({ versions: { v1: { ...version, settings: { maxTurns: 3 } } } }))).toEqual(['settings']);
  expect(await changed(partsOf({ toolVariants: { plain: { ...plain, decisionJsonSchema: { type: 'object', properties: {} } } } }))).toEqual(
    ['decisionSchema'],
  );
  expect(await changed(partsOf({ toolVariants: { plain: { ...plain, definitions: [] } } }))).toEqual(['tools']);
  expect(await changed(partsOf({ input: z.strictObject({ other: z.number() }) as unknown as z.ZodType<JsonObject> }))).toEqual([
    'inputSchema',
  ]);
  expect(await changed(partsOf({ reads: ['testing/refund-desk/decision.json'], root: import.meta.dirname }))).toEqual(['reads']);
  expect(await changed(partsOf({ docket: 'file:///elsewhere/agent/define-agent.ts' }))).toEqual(['runner']);
});

test('the simulator counts in simulated mode only', async () => {
  const live = { mode: 'live' as const, settings: {} };
  const simulator = { source: import.meta.url, respond: () => ({ content: [], stopReason: 'end_turn' as const }) };
  expect(await fingerprint({ simulator }, 'v1', live)).toBe(await fingerprint({}, 'v1', live));
});

test('an input is hashed by its content, not by the order of its keys', () => {
  expect(fingerprintInput({ a: 1, b: { c: [1, 2], d: null } })).toBe(fingerprintInput({ b: { d: null, c: [1, 2] }, a: 1 }));
  expect(fingerprintInput({ a: 1 })).not.toBe(fingerprintInput({ a: 2 }));
});
