import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineToolVariant, functionAgent } from '../index.ts';

/** A variant's folder; without a folder of tools where there are none, as git keeps it. */
function variant(tools: readonly string[]): URL {
  const folder = mkdtempSync(join(tmpdir(), 'docket-variant-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'decision.json'), '{"type": "object", "properties": {"approved": {"type": "boolean"}}}');
  if (tools.length > 0) mkdirSync(join(folder, 'tools'));
  for (const name of tools)
    writeFileSync(join(folder, `tools/${name}.json`), JSON.stringify({ name, description: '', input_schema: { type: 'object' } }));
  return pathToFileURL(`${folder}/`);
}

const plain = () => defineToolVariant<object, object, object>({ directory: variant([]), tools: {} });
const described = {
  name: 'desk',
  input: z.object({}),
  prompts: { v1: 'Decide.' },
  versions: { v1: { prompt: 'v1', toolVariant: 'plain', model: 'claude-sonnet-4-6' } },
  scorers: [],
};
const render = () => '';

test('an agent without tools needs no folder for them', () => {
  expect(plain().definitions).toEqual([]);
});

test.each([
  [
    'a tool without a source',
    () => defineToolVariant({ directory: variant(['weigh']), tools: { weigh: { run: () => '' } } as never }),
    /the tool "weigh": "source" is missing\. Expected import\.meta\.url/,
  ],
  [
    'a tool with a path that leads from nowhere',
    () => defineToolVariant({ directory: variant(['weigh']), tools: { weigh: { source: './weigh.ts', run: () => '' } } as never }),
    /the tool "weigh": "source" is "\.\/weigh\.ts"/,
  ],
  [
    'a tool that does nothing',
    () => defineToolVariant({ directory: variant(['weigh']), tools: { weigh: { source: import.meta.url } } as never }),
    /the tool "weigh" has no function "run"/,
  ],
  [
    'a user message',
    () => defineAgent({ ...described, toolVariants: { plain: plain() }, userMessage: { render } as never }),
    /agent "desk", user message: "source" is missing/,
  ],
  [
    'a simulator',
    () =>
      defineAgent({
        ...described,
        toolVariants: { plain: plain() },
        userMessage: { source: import.meta.url, render },
        simulator: { source: 3, respond: () => ({}) } as never,
      }),
    /agent "desk", simulator: "source" is 3/,
  ],
  [
    'a function',
    () => functionAgent({ name: 'desk', input: z.object({}), decision: z.object({}), run: () => ({ decision: {} }), scorers: [] } as never),
    /agent "desk": "source" is missing/,
  ],
])('%s is named', (_, define, message) => {
  expect(define).toThrow(message);
});
