import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../contracts/json.ts';
import type { ModelRequest } from '../model/model.ts';
import { canonicalRequest } from '../model/recorded/canonical-request.ts';
import { roughTokens } from '../model/rough-tokens.ts';
import { attachment, type UserContent } from './attachment.ts';
import { agentInput } from './span-attributes.ts';
import { inputMessages } from './span-messages.ts';
import { refundDesk, scriptedModel } from './testing/refund-desk.ts';
import { runAgent } from './tool-loop.ts';
import { resolveVersion } from './version.ts';

const png = `data:image/png;base64,${Buffer.from(`\x89PNG\r\n\x1a\n${'x'.repeat(3000)}`, 'latin1').toString('base64')}`;
const pdf = `data:application/pdf;base64,${Buffer.from(`%PDF-1.7 ${'y'.repeat(300)}`).toString('base64')}`;
/** The digests are those of `sha256sum` over the same bytes. */
const shownPng = /^\[image\/png, 3 kB, SHA-256 [0-9a-f]{12}\]$/;

const desk = (render: (input: JsonObject) => readonly UserContent[]): ReturnType<typeof refundDesk> => ({
  ...refundDesk(),
  userMessage: { source: import.meta.url, render },
});
async function run(render: (input: JsonObject) => readonly UserContent[], input: JsonObject = { photo: png, letter: pdf }) {
  const agent = desk(render);
  const model = scriptedModel([{ content: [{ type: 'text', text: '{"approved": true, "amount": 4}' }] }]);
  const version = resolveVersion(agent, 'v1');
  const { signal } = new AbortController();
  const ran = await runAgent({ agent, version, input, model, series: 's', trialNumber: 1, signal, now: () => 0 });
  return { ...ran, request: model.requests[0] as ModelRequest };
}

describe('a user message with images and documents', () => {
  const both = ({ photo, letter }: JsonObject) => [
    'The photo:',
    attachment(photo as string),
    ' ',
    attachment(letter as string, { title: 'Letter' }),
  ];

  it('is sent as the API takes it, and a transcript says what it showed', async () => {
    const { request, transcript, outcome } = await run(both);
    expect(outcome.kind).toBe('decided');
    expect(request.messages[0]?.content).toEqual([
      { type: 'text', text: 'The photo:' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png.split(',')[1] } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf.split(',')[1] }, title: 'Letter' },
    ]);
    const [first, photo, , letter] = transcript.userMessage.split('\n');
    expect(first).toBe('The photo:');
    expect(photo).toMatch(shownPng);
    expect(letter).toMatch(/^\[application\/pdf, 309 B, SHA-256 [0-9a-f]{12}\]$/);
  });

  it('is in no trace and in no recording as it is; another content is another request', async () => {
    const { request } = await run(both);
    const agent = desk(both);
    const traced = JSON.stringify([
      agentInput({ agent, version: resolveVersion(agent, 'v1'), input: { photo: png, list: [{ letter: pdf }] } }, ''),
      inputMessages(request.messages),
    ]);
    expect(traced.match(/SHA-256/g)).toHaveLength(4);
    const changed = await run(both, { photo: png.replace('eHh4', 'eHh5'), letter: pdf });
    const [one, other] = [canonicalRequest(request), canonicalRequest(changed.request)];
    expect(one.key).not.toBe(other.key);
    expect(one.key).toBe(canonicalRequest((await run(both)).request).key);
    for (const text of [traced, JSON.stringify(one)]) expect(text).not.toMatch(/eHh4eHh4|eXl5eXl5/);
  });

  it('counts as what it shows where tokens are estimated', async () => {
    const { request } = await run(both);
    const plain = await run(() => ['The photo:']);
    expect(roughTokens(request.messages) - roughTokens(plain.request.messages)).toBeGreaterThan(3200);
    expect(roughTokens(request.messages) - roughTokens(plain.request.messages)).toBeLessThan(3300);
  });
});

it.each<[string, () => readonly UserContent[], RegExp]>([
  ['a path', () => [attachment('photos/17.png')], /An attachment is "photos\/17\.png…"\. Expected a data URL/],
  ['nothing', () => [attachment('')], /An attachment is empty/],
  ['another kind', () => [attachment('data:text/html;base64,PGI+')], /Expected a data URL of an image/],
  ['no base64', () => [attachment('data:image/png;base64,***')], /Expected a data URL/],
  [
    'an address',
    () => [{ type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }],
    /Part 1 of what the user message renders/,
  ],
  ['no part at all', () => ['a', 7 as unknown as string], /Part 2 of what the user message renders is 7/],
])('is refused before any model is asked: %s', async (_name, render, message) => {
  await expect(run(render)).rejects.toThrow(message);
});
