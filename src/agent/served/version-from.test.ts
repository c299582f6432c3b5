import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askServed, checkVersionFrom, type VersionFrom } from './version-from.ts';
import { VersionWatch } from './version-watch.ts';

const asked: string[] = [];
let answer: (response: ServerResponse) => void = () => {};
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
  answer(response);
});
let url = new URL('http://127.0.0.1');
beforeAll(
  () =>
    new Promise<void>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/decide?key=secret`);
        resolve();
      }),
    ),
);
afterAll(() => void server.close());

const question = (from: VersionFrom | undefined) => ({ url, from, headers: () => ({ authorization: 'Bearer k' }) });
const answering = (body: string, status = 200, headers: Record<string, string> = {}) => {
  answer = (response) => void response.writeHead(status, headers).end(body);
};

describe('the version that a server says it is', () => {
  const versions: [what: string, from: VersionFrom, body: string, headers: Record<string, string>, version: string | null][] = [
    ['a header', { header: 'x-agent-version' }, '', { 'X-Agent-Version': ' 1.4 ' }, '1.4'],
    ['a header at a path', { header: 'etag', path: '/health' }, '', { etag: '"abc"' }, '"abc"'],
    ['a text', { path: '/version' }, ' 2026-11-28.3\n', {}, '2026-11-28.3'],
    ['JSON', { path: '/version' }, '{"version":"abc123"}', {}, 'abc123'],
    ['a number in JSON', { path: '/version' }, '{"version":7}', {}, '7'],
    ['a field of JSON', { path: '/info', field: 'build.commit' }, '{"build":{"commit":"f00"}}', {}, 'f00'],
    ['a JSON text', { path: '/version' }, '"v9"', {}, 'v9'],
    ['no header', { header: 'x-agent-version' }, '', {}, null],
    ['an empty header', { header: 'x-agent-version' }, '', { 'x-agent-version': '' }, null],
    ['a page', { path: '/version' }, '<!doctype html><title>Sign in</title>', {}, null],
    ['JSON without the field', { path: '/version', field: 'commit' }, '{"version":"1"}', {}, null],
    ['a field that every object has', { path: '/version', field: 'constructor.name' }, '{}', {}, null],
    ['an object', { path: '/version' }, '{"version":{"major":1}}', {}, null],
    ['nothing', { path: '/version' }, '', {}, null],
    ['a long text', { path: '/version' }, 'x'.repeat(300), {}, null],
    ['a megabyte', { path: '/version' }, 'x'.repeat(1024 * 1024), {}, null],
  ];
  it.each(versions)('is read from %s', async (_, from, body, headers, version) => {
    answering(body, 200, headers);
    const served = await askServed(question(from));
    expect(served).toMatchObject({ address: `${url.origin}/decide`, version });
    expect('token' in served).toBe(version === null);
    expect(JSON.stringify(served)).not.toContain('secret');
  });

  it('is unknown where the server sends elsewhere, fails, is not there, or nobody knows where it says it', async () => {
    const from = { path: '/version' };
    answering('1.4', 302, { location: 'http://127.0.0.1:1/' });
    expect(await askServed(question(from))).toMatchObject({ version: null, why: expect.stringContaining('302') });
    answering('1.4', 500);
    expect(await askServed(question(from))).toMatchObject({ version: null, why: expect.stringContaining('500') });
    expect(await askServed({ ...question(from), url: new URL('http://127.0.0.1:1/') })).toMatchObject({
      version: null,
      why: expect.stringContaining('no answer'),
    });
    const [one, other] = [await askServed(question(undefined)), await askServed(question(undefined))];
    expect(one).toMatchObject({ version: null, why: expect.stringContaining('versionFrom') });
    expect(one.token).not.toBe(other.token);
  });

  it('is asked for with the key, by HEAD where a header says it, and again with every answer where it does not', async () => {
    answering('', 405, { 'x-agent-version': '1' });
    asked.length = 0;
    const byHeader = new VersionWatch(question({ header: 'x-agent-version' }));
    await byHeader.confirm(new Response('', { headers: { 'x-agent-version': '1' } }));
    await expect(byHeader.confirm(new Response('', { headers: { 'x-agent-version': '2' } }))).rejects.toThrow('now answers as version "2"');
    await expect(byHeader.confirm(new Response(''))).rejects.toThrow('no longer says which version answers');
    expect(asked).toEqual(['HEAD /decide?key=secret Bearer k']);
    answering('1');
    asked.length = 0;
    const byPath = new VersionWatch(question({ path: '/version' }));
    await byPath.served();
    // Those that come while it is asked share the next question.
    await Promise.all(Array.from({ length: 20 }, () => byPath.confirm(new Response(''))));
    expect(asked.length).toBeLessThan(6);
    answering('2');
    await expect(byPath.confirm(new Response(''))).rejects.toThrow('began with version "1"');
    byPath.forget();
    await byPath.confirm(new Response(''));
  });

  it.each([
    {},
    { header: 'x y' },
    { header: 3 },
    { path: 'version' },
    { path: '//elsewhere.test/' },
    { header: 'x', path: 'http://elsewhere.test' },
    'version',
  ])('has to be said somewhere: %j is refused', (from) =>
    expect(() => checkVersionFrom(from as never, 'agent "desk"')).toThrow(/"versionFrom" is .* Expected \{ header/),
  );
});
