import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { anthropicModel } from './anthropic.ts';
import { endpointOf, readCredentials } from './credentials.ts';
import { testKey } from './testing/loopback.ts';

describe('the key', () => {
  const environment = (apiKey: string | undefined) => ({ ANTHROPIC_API_KEY: apiKey });

  it.each([
    ['missing', undefined],
    ['empty', ''],
  ])('that is %s is refused before any call', (_name, apiKey) => {
    expect(() => anthropicModel({ environment: environment(apiKey) })).toThrow(
      new DocketError('Live model calls need ANTHROPIC_API_KEY, and it is not set. Set it, or write it to .env beside docket.config.ts.'),
    );
  });

  it.each(['sk-ant-secret secret', 'sk-ant-secret\n', 'sk-ant-secr\u0007et', 'sk-ant-secrét', '"sk-ant-secret"'])(
    'that is malformed (%j) is refused and not shown',
    (apiKey) => {
      const make = () => anthropicModel({ environment: environment(apiKey) });
      expect(make).toThrow(DocketError);
      expect(make).not.toThrow(/secr/);
    },
  );

  it.each([
    ...['not a url', 'ftp://example.com', 'file:///etc/passwd', 'https://user:password@example.com'],
    ...['https://example.com?key=password@', 'https://example.com/#password@'],
  ])('is not sent to %s', (baseUrl) => {
    const make = () => anthropicModel({ environment: { ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: baseUrl } });
    expect(make).toThrow(/ANTHROPIC_BASE_URL/);
    expect(make).not.toThrow(/password@/);
  });

  it('is sent to the server that is meant, whatever stands around its address', () => {
    const read = readCredentials({ ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: ' https://Gateway.example:443/anthropic/ \n' });
    expect(read.baseUrl).toBe('https://gateway.example/anthropic');
  });
});

describe('where a key may go', () => {
  const key = { ANTHROPIC_API_KEY: testKey };
  const at = (url: string) => ({ ANTHROPIC_BASE_URL: url });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['to the vendor', key, key],
    ['to the vendor, whoever names it', { ...key, ...at('https://API.anthropic.com:443/v1') }, key],
    ['where the environment says', { ...key, ...at('https://gateway.example/anthropic') }, { ...key, ...at('https://gateway.example') }],
    ['where the file says that holds it', { ...key, ...at('https://gateway.example') }, {}],
    ['by plain HTTP on this machine', { ...key, ...at('http://127.0.0.1:8080') }, { ...key, ...at('http://127.0.0.1:8080') }],
    ['by plain HTTP on this machine, by name', { ...key, ...at('http://localhost:1') }, { ...key, ...at('http://localhost:1') }],
    [
      'by plain HTTP where the environment allows it',
      { ...key, ...at('http://models.example:80/x') },
      { ...key, ...at('http://models.example'), DOCKET_PLAIN_HTTP_ORIGIN: 'http://models.example' },
    ],
    ['nowhere, where there is none, by plain HTTP too', at('http://models.example'), at('http://models.example')],
  ])('%s', (_name, environment, own) => {
    expect(readCredentials(environment, own).apiKey).toBe(environment.ANTHROPIC_API_KEY);
  });

  it.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    [
      'to a server that a file names',
      { ...key, ...at('https://evil.example') },
      key,
      /key of the environment is not sent to https:\/\/evil\.example/,
    ],
    [
      'to another port of this machine that a file names',
      { ...key, ...at('http://127.0.0.1:2') },
      { ...key, ...at('http://127.0.0.1:1') },
      /not sent to/,
    ],
    ['to a name that only begins like the vendor', { ...key, ...at('https://api.anthropic.com.evil.example') }, key, /not sent to/],
    [
      'to the vendor by plain HTTP',
      { ...key, ...at('http://api.anthropic.com') },
      { ...key, ...at('http://api.anthropic.com') },
      /plain HTTP/,
    ],
    [
      'to a name that only begins like this machine',
      { ...key, ...at('http://127.0.0.1.evil.example') },
      { ...key, ...at('http://127.0.0.1.evil.example') },
      /plain HTTP/,
    ],
    [
      'by plain HTTP because a file allows it',
      { ...key, ...at('http://m.example'), DOCKET_PLAIN_HTTP_ORIGIN: 'http://m.example' },
      { ...key, ...at('http://m.example') },
      /plain HTTP/,
    ],
    [
      'by plain HTTP to another server than the allowed one',
      { ...key, ...at('http://m.example:81') },
      { ...key, ...at('http://m.example:81'), DOCKET_PLAIN_HTTP_ORIGIN: 'http://m.example' },
      /plain HTTP/,
    ],
    [
      'with headers of the environment to a server that a file names',
      at('https://evil.example'),
      { ANTHROPIC_CUSTOM_HEADERS: 'authorization: Bearer x' },
      /not sent to/,
    ],
  ])('not %s', (_name, environment, own, message) => {
    expect(() => readCredentials(environment, own)).toThrow(message);
    expect(() => readCredentials(environment, own)).not.toThrow(testKey);
  });

  it('is told by origin and path alone', () => {
    expect(endpointOf({})).toBe('https://api.anthropic.com');
    expect(endpointOf(at('https://Gateway.example:443/anthropic/'))).toBe('https://gateway.example/anthropic');
  });
});
