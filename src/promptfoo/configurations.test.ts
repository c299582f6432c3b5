import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { resolveVersion } from '../agent/version.ts';
import { loadConfig } from '../flows/load-config.ts';
import generateTests from './tests.ts';

const root = resolve(import.meta.dirname, '../..');

const configurationSchema = z.object({
  prompts: z.array(z.object({ id: z.string(), label: z.string() })),
  providers: z.array(
    z.object({ id: z.string(), label: z.string(), prompts: z.tuple([z.string()]), config: z.object({ version: z.string() }) }),
  ),
  tests: z.string(),
  defaultTest: z.object({ assert: z.array(z.object({ value: z.string() })).min(1) }),
  extensions: z.tuple([z.string().endsWith('/hooks.ts:beforeAll'), z.string().endsWith('/hooks.ts:afterAll')]),
  commandLineOptions: z.object({ envPath: z.string() }),
});

test.each([
  ['promptfooconfig.yaml', ['v1', 'v2']],
  ['evals/ablation.promptfooconfig.yaml', ['v1', 'v1/v2', 'v2/v1', 'v2']],
])('%s gives each version its own prompt, and every file it names exists', async (name, versions) => {
  const file = resolve(root, name);
  const at = (path: string) => resolve(dirname(file), path.replace('file://', '').replace(/:\w+$/, ''));
  const configuration = configurationSchema.parse(parse(readFileSync(file, 'utf8')));
  const { agent } = await loadConfig(root);

  expect(configuration.providers.map(({ config }) => config.version)).toEqual(versions);
  for (const { config, prompts } of configuration.providers) {
    const prompt = configuration.prompts.find(({ label }) => label === prompts[0]);
    expect(readFileSync(at(prompt?.id ?? ''), 'utf8').trim()).toBe(resolveVersion(agent, config.version).prompt.text);
  }
  const named = [
    ...configuration.providers.map(({ id }) => id),
    configuration.tests,
    ...configuration.extensions,
    configuration.commandLineOptions.envPath,
  ];
  for (const path of [...named, ...configuration.defaultTest.assert.map(({ value }) => value)])
    expect(existsSync(at(path)), path).toBe(true);
});

test('the tests hold case ids and nothing that could be a template or a label', async () => {
  const tests = await generateTests();
  expect(tests.length).toBeGreaterThanOrEqual(10);
  for (const { vars, assert } of tests) {
    expect(vars).toEqual({ caseId: expect.stringMatching(/^[a-z0-9][a-z0-9-]*$/) });
    expect(assert).toBeUndefined();
  }
});
