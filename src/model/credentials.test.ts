import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { anthropicModel } from './anthropic.ts';
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

  it.each(['not a url', 'ftp://example.com', 'file:///etc/passwd', 'https://user:password@example.com'])('is not sent to %s', (baseUrl) => {
    const make = () => anthropicModel({ environment: { ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: baseUrl } });
    expect(make).toThrow(/ANTHROPIC_BASE_URL/);
    expect(make).not.toThrow(/password@/);
  });
});
