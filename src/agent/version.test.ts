import { expect, test } from 'vitest';
import { defineAgent } from './define-agent.ts';
import { refundDesk } from './testing/refund-desk.ts';
import { resolveVersion } from './version.ts';

const desk = refundDesk();
const agent = {
  ...desk,
  prompts: { short: 'Short.', long: 'Long.' },
  toolVariants: { plain: desk.toolVariants.plain, rich: desk.toolVariants.plain } as typeof desk.toolVariants,
  versions: {
    v1: { prompt: 'short', toolVariant: 'plain', model: 'claude-sonnet-4-6' },
    v2: { prompt: 'long', toolVariant: 'rich', model: 'claude-sonnet-5-5', settings: { effort: 'high' as const } },
  },
};

test.each([
  ['v2', { prompt: 'long', toolVariant: 'rich', model: 'claude-sonnet-5-5', effort: 'high' }],
  ['v1/v2', { prompt: 'short', toolVariant: 'rich', model: 'claude-sonnet-4-6', effort: 'medium' }],
  ['v2/v1', { prompt: 'long', toolVariant: 'plain', model: 'claude-sonnet-5-5', effort: 'high' }],
  ['v2@claude-haiku-5-5', { prompt: 'long', toolVariant: 'rich', model: 'claude-haiku-5-5', effort: 'high' }],
  ['v1@anthropic/claude-haiku-4-5', { prompt: 'short', toolVariant: 'plain', model: 'anthropic/claude-haiku-4-5', effort: 'medium' }],
  ['v1@us.anthropic.claude-x-v1:0', { prompt: 'short', toolVariant: 'plain', model: 'us.anthropic.claude-x-v1:0', effort: 'medium' }],
  ['v1@claude-x@20260101', { prompt: 'short', toolVariant: 'plain', model: 'claude-x@20260101', effort: 'medium' }],
  ['v1/v2@claude-opus-5-5', { prompt: 'short', toolVariant: 'rich', model: 'claude-opus-5-5', effort: 'medium' }],
])('%s is found', (reference, expected) => {
  const version = resolveVersion(agent, reference);
  expect(version.name).toBe(reference);
  expect({
    prompt: version.prompt.name,
    toolVariant: version.toolVariant.name,
    model: version.model,
    effort: version.settings.effort,
  }).toEqual(expected);
});

test.each([
  ['v3', 'The agent "refund-desk" has no version "v3". Known: v1, v2.'],
  ['v1/v9', 'has no version "v9"'],
  ['__proto__', 'has no version "__proto__"'],
  ['toString', 'has no version "toString"'],
  ['', 'is not valid. Expected a name'],
  ['v1@', 'is not valid. Expected a name'],
  ['v1@a/../b', 'is not valid. Expected a name'],
  ['v1@a//b', 'is not valid. Expected a name'],
  ['v1/../v2', 'is not valid. Expected a name'],
])('%j is refused', (reference, message) => {
  expect(() => resolveVersion(agent, reference)).toThrow(message);
});

test.each([
  [{ prompts: { short: '  ' } }, 'the prompt "short" is empty'],
  [{ versions: {} }, 'has no version'],
  [{ versions: { v1: { prompt: 'gone', toolVariant: 'plain', model: 'm' } } }, 'prompt "gone" does not exist. Known: short.'],
  [{ versions: { v1: { prompt: 'short', toolVariant: 'gone', model: 'm' } } }, 'tool variant "gone" does not exist'],
  [{ versions: { 'v 1': { prompt: 'short', toolVariant: 'plain', model: 'm' } } }, 'the version name "v 1"'],
])('an agent whose parts do not fit is refused', (changed, message) => {
  expect(() => defineAgent({ ...refundDesk(), ...changed } as Parameters<typeof defineAgent>[0])).toThrow(message);
});
