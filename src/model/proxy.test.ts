import { expect, it } from 'vitest';
import { connectionRefusal } from './connection-refusal.ts';
import { proxyFor } from './proxy.ts';

const proxy = 'http://proxy.corp:3128';
const vendor = 'https://api.anthropic.com';

it.each([
  ['https', vendor, { HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
  ['https, in small letters', vendor, { https_proxy: 'proxy.corp:3128' }, 'https_proxy'],
  ['https, and only http has one', vendor, { HTTP_PROXY: proxy }, undefined],
  ['http', 'http://models.corp', { HTTP_PROXY: proxy, HTTPS_PROXY: 'http://other' }, 'HTTP_PROXY'],
  ['this machine', 'http://localhost:8080', { HTTP_PROXY: proxy }, undefined],
  ['an exempt name', vendor, { HTTPS_PROXY: proxy, NO_PROXY: 'localhost, api.anthropic.com' }, undefined],
  ['what is below an exempt name', vendor, { HTTPS_PROXY: proxy, no_proxy: '.anthropic.com' }, undefined],
  ['what is below an exempt name, with a star', vendor, { HTTPS_PROXY: proxy, NO_PROXY: '*.anthropic.com:443' }, undefined],
  ['another port of an exempt name', vendor, { HTTPS_PROXY: proxy, NO_PROXY: 'anthropic.com:8443' }, 'HTTPS_PROXY'],
  ['a name that only ends alike', vendor, { HTTPS_PROXY: proxy, NO_PROXY: 'thropic.com' }, 'HTTPS_PROXY'],
  ['anything, where all is exempt', vendor, { HTTPS_PROXY: proxy, NO_PROXY: '*' }, undefined],
  ['anything, where no proxy can be read', vendor, { HTTPS_PROXY: 'http://' }, undefined],
])('the proxy for %s', (_name, endpoint, environment, variable) => {
  expect(proxyFor(endpoint, environment, environment)?.variable).toBe(variable);
  if (variable) expect(proxyFor(endpoint, environment, environment)?.host).toBe('proxy.corp:3128');
});

it('a file names no proxy that could read what it is given', () => {
  expect(proxyFor('http://models.corp', { HTTP_PROXY: proxy }, {})).toBeUndefined();
  expect(proxyFor(vendor, { HTTPS_PROXY: proxy }, {})?.variable).toBe('HTTPS_PROXY');
});

it.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', /gateway\.corp is signed by nobody .*NODE_EXTRA_CA_CERTS/, false],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /NODE_EXTRA_CA_CERTS/, false],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS/, false],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/, false],
  ['CERT_HAS_EXPIRED', /not valid today.*clock/, false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /not one of gateway\.corp/, false],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak https/, false],
  ['ENOTFOUND', /No server is known by the name gateway\.corp.*HTTPS_PROXY/, true],
])('%s is told with what to do about it', (code, says, retryable) => {
  const refusal = connectionRefusal(new Error('fetch failed'), code, { endpoint: 'https://gateway.corp/v1' });
  expect(refusal?.says).toMatch(says);
  expect(refusal?.retryable).toBe(retryable);
});
