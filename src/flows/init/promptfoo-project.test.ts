import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPromptfooProject } from './promptfoo-project.ts';

const directory = mkdtempSync(join(tmpdir(), 'docket-promptfoo-project-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
writeFileSync(join(directory, 'one.txt'), 'Decide {{amount}}.');
writeFileSync(join(directory, 'two.txt'), 'Decide {{amount}}.\n---\nDecide {{amount}} kindly.');

test.each([
  ['prompts: [file://one.txt]\nproviders: openai:gpt-5', { prompt: { file: 'one.txt' }, provider: 'openai:gpt-5' }],
  ['prompts: one.txt\ntargets: [{id: echo, config: {a: 1}}]', { prompt: { file: 'one.txt' }, provider: 'echo', config: { a: 1 } }],
  [
    'prompts: ["Decide {{amount}}."]\nproviders: [{"openai:gpt-5": {config: {b: 2}}}]',
    { prompt: { text: 'Decide {{amount}}.' }, provider: 'openai:gpt-5', config: { b: 2 } },
  ],
  ['prompts: [{raw: "Decide.", label: x}]\nproviders: [{a: {}, b: {}}]', { prompt: { text: 'Decide.' } }],
  ['prompts: [file://two.txt]', {}],
  ['prompts: [file://missing.txt]', {}],
  ['prompts: [file:///etc/hostname]', {}],
  ['prompts: [file://prompt.py]', {}],
  ['- a list', {}],
  ['prompts: [unclosed', {}],
  ['', {}],
])('%j is read as far as it is plain', (text, expected) => {
  writeFileSync(join(directory, 'promptfooconfig.yaml'), text);
  expect(readPromptfooProject(directory, 'promptfooconfig.yaml')).toEqual({ file: 'promptfooconfig.yaml', ...expected });
});

test('a configuration that is code is not run', () => {
  writeFileSync(join(directory, 'promptfooconfig.mjs'), 'process.exit(3)');
  expect(readPromptfooProject(directory, 'promptfooconfig.mjs')).toEqual({ file: 'promptfooconfig.mjs' });
});
