import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { fingerprintParts } from './fingerprint.ts';
import { refundDesk, scriptedModel } from './testing/refund-desk.ts';
import { runAgent } from './tool-loop.ts';
import { defineToolVariant } from './tool-variant.ts';
import { resolveVersion } from './version.ts';

const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 3, allowed_domains: ['example.com'] };
const lookup = { name: 'lookup', description: 'Looks up.', input_schema: { type: 'object', properties: {} } };

/** A folder of a tool variant with these tools. */
function variant(...tools: readonly { readonly name: string }[]): URL {
  const folder = mkdtempSync(join(tmpdir(), 'variant-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'tools'));
  for (const tool of tools) writeFileSync(join(folder, 'tools', `${tool.name}.json`), JSON.stringify(tool));
  writeFileSync(join(folder, 'decision.json'), JSON.stringify({ type: 'object', properties: { approved: { type: 'boolean' } } }));
  return pathToFileURL(`${folder}/`);
}
const known = { source: import.meta.url, run: () => 'known' };
const define = (directory: URL, tools: object = { lookup: known }) => defineToolVariant<object, object, object>({ directory, tools });

/** The refund desk with these tools. */
function desk(toolVariant: ReturnType<typeof define>): ReturnType<typeof refundDesk> {
  return { ...refundDesk(), toolVariants: { plain: toolVariant as never } };
}

test('a tool that the provider runs is sent as it is written; what it did stays in the transcript, and a pause goes on', async () => {
  const agent = desk(define(variant(lookup, search)));
  const call = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'refunds' } };
  const found = {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: [{ type: 'web_search_result', url: 'https://example.com', title: 'Refunds', encrypted_content: 'abc', page_age: null }],
  };
  const words = { type: 'text', text: 'I search. ' };
  const model = scriptedModel([
    { stop_reason: 'pause_turn', content: [words, call] },
    { stop_reason: 'tool_use', content: [found, { type: 'tool_use', id: 'a', name: 'lookup', input: {} }] },
    { content: [{ type: 'text', text: '{"approved": true}', citations: [{ type: 'web_search_result_location' }] }] },
  ]);
  const run = await runAgent({
    ...{ agent, version: resolveVersion(agent, 'v1'), input: { amount: 20 }, model, series: 's', trialNumber: 1 },
    ...{ signal: new AbortController().signal, now: () => 0 },
  });
  expect(run.outcome).toEqual({ kind: 'decided', decision: { approved: true } });
  expect(model.requests[0]?.tools).toEqual([lookup, search]);
  expect(model.requests[1]?.messages.at(-1)).toEqual({ role: 'assistant', content: [words, call] });
  expect(model.requests[2]?.messages.slice(-2)).toMatchObject([
    { role: 'assistant', content: [words, call, found, { type: 'tool_use' }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'known' }] },
  ]);
  const said = run.transcript.steps.flatMap((step) => (step.kind === 'model-call' ? step.content : []));
  expect(said).toEqual(expect.arrayContaining([call, found]));
});

test('its definition is part of the fingerprint, and a variant without one has the fingerprint it had', async () => {
  const tools = async (...definitions: (typeof lookup | typeof search)[]) => {
    const agent = desk(define(variant(...definitions)));
    return (await fingerprintParts(agent, resolveVersion(agent, 'v1'), { mode: 'recorded', settings: {} })).tools;
  };
  const [plain, again, searching, more] = [
    await tools(lookup),
    await tools(lookup),
    await tools(lookup, search),
    await tools(lookup, { ...search, max_uses: 4 }),
  ];
  expect(plain).toBe(again);
  expect(new Set([plain, searching, more]).size).toBe(3);
});

test.each([
  ['no date', { type: 'web_search', name: 'web_search' }, /ends with a date/],
  ['a toolset', { type: 'computer_toolset_20260801', name: 'computer' }, /Docket runs no toolsets/],
  ['nobody who runs it', { type: 'bash_20250124', name: 'bash' }, /is run by the caller and has no implementation/],
  ['neither type nor schema', { name: 'odd' }, /input_schema/],
])('a definition with %s is refused', (_name, definition, message) => {
  expect(() => define(variant(definition), {})).toThrow(message);
});

test('one that the caller runs has an implementation', () => {
  const built = define(variant({ type: 'bash_20250124', name: 'bash' } as never, lookup, search), { bash: known, lookup: known });
  expect(built.definitions).toEqual([lookup]);
  expect(built.providerTools?.map(({ name }) => name)).toEqual(['bash', 'web_search']);
});
