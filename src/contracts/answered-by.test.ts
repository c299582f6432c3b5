import { expect, it } from 'vitest';
import { isAsked } from './answered-by.ts';

it.each([
  'claude-sonnet-4-6',
  'claude-sonnet-4-6-20260901',
  'claude-sonnet-4-6@default',
  'us.anthropic.claude-sonnet-4-6-v1:0',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-sonnet-4-6-20260901-v1:0',
  'anthropic/claude-sonnet-4.6',
  'openrouter/anthropic/claude-sonnet-4.6:beta',
  'vertex_ai/claude-sonnet-4-6@20260901',
  'anthropic:messages:claude-sonnet-4-6',
  'bedrock/converse/eu.anthropic.claude-sonnet-4-6-v1:0',
  'anthropic/claude-4.6-sonnet-20260217',
])('%s and claude-sonnet-4-6 are one model, whoever writes which', (id) => {
  expect([isAsked(id, 'claude-sonnet-4-6'), isAsked('claude-sonnet-4-6', id)]).toEqual([true, true]);
});

it.each([
  ['claude-sonnet-4-6', 'claude-sonnet-4-5'],
  ['claude-sonnet-4-6', 'us.anthropic.claude-haiku-4-5-v1:0'],
  ['anthropic/claude-sonnet-4.6', 'claude-sonnet-4'],
  ['claude-sonnet-4-6-20260901', 'vertex_ai/claude-sonnet-4-6@20261120'],
  ['claude-sonnet-4-6', 'databricks-claude-sonnet-4-6'],
  ['claude-opus-4-8', 'anthropic/claude-opus-4.8-fast'],
  ['house/large', 'large'],
  ['llama3.2:beta', 'llama3.2'],
])('%s and %s are two', (asked, answered) => {
  expect(isAsked(asked, answered)).toBe(false);
});
