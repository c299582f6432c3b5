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
  ['an address in an exempt network', 'https://10.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '192.168.0.0/16,10.0.0.0/8' }, undefined],
  ['an address outside of it', 'https://11.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, 'HTTPS_PROXY'],
  ['an address with its port', 'https://10.1.2.3:8443', { HTTPS_PROXY: proxy, NO_PROXY: '10.1.2.3:8443' }, undefined],
  ['an exempt address of the sixth version', 'https://[fd00::5]:8443', { HTTPS_PROXY: proxy, NO_PROXY: 'fd00::5' }, undefined],
  ['the same with its port', 'https://[fd00::5]:8443', { HTTPS_PROXY: proxy, NO_PROXY: '[fd00::5]:8443' }, undefined],
  ['one in an exempt network of it', 'https://[fd00::5]', { HTTPS_PROXY: proxy, NO_PROXY: 'fd00::/8' }, undefined],
  ['a network that is none', 'https://10.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/99' }, 'HTTPS_PROXY'],
  ['a name that looks like a network', vendor, { HTTPS_PROXY: proxy, NO_PROXY: 'api.anthropic.com/8' }, 'HTTPS_PROXY'],
  ['anything, where the variable is empty', vendor, { HTTPS_PROXY: '' }, undefined],
  [
    'an exempt name, where only the small letters say so',
    vendor,
    { HTTPS_PROXY: proxy, NO_PROXY: '', no_proxy: 'anthropic.com' },
    undefined,
  ],
  ['a range of addresses', 'https://10.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.1.2.1-10.1.2.9' }, undefined],
  ['an address outside of the range', 'https://10.1.2.30', { HTTPS_PROXY: proxy, NO_PROXY: '10.1.2.1-10.1.2.9' }, 'HTTPS_PROXY'],
  ['a name with a hyphen', 'https://10.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.1.2.9-a' }, 'HTTPS_PROXY'],
  ['a star in a name', 'https://a.corp', { HTTPS_PROXY: proxy, NO_PROXY: '*corp' }, undefined],
  ['a network with a star', 'https://10.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.1.*' }, undefined],
  ['another network with a star', 'https://10.11.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.1.*' }, 'HTTPS_PROXY'],
  ['a bracketed network', 'https://[fd00::5]', { HTTPS_PROXY: proxy, NO_PROXY: '[fd00::]/8' }, undefined],
  ['a name that ends with its dot', 'https://models.corp.', { HTTPS_PROXY: proxy, NO_PROXY: 'corp' }, undefined],
])('the proxy for %s', (_name, endpoint, environment, variable) => {
  expect(proxyFor(endpoint, environment, environment)?.variable).toBe(variable);
  if (variable) expect(proxyFor(endpoint, environment, environment)?.host).toBe('proxy.corp:3128');
});

it.each([
  ...['http://', 'socks5://name:pass-word@proxy.corp:1080', 'http://name:pass-word@ proxy'],
  ...['http://name:12#pass-word@proxy', 'name:12/pass-word@proxy', 'http://name:12?pass-word@proxy'],
])('a proxy that is none is refused: %s', (value) => {
  const find = () => proxyFor(vendor, { HTTPS_PROXY: value }, {});
  expect(find).toThrow(/^HTTPS_PROXY names no proxy .* http:\/\/ or https:\/\/ address, .*, or name api\.anthropic\.com in NO_PROXY/);
  expect(find).not.toThrow(/pass-word/);
  expect(proxyFor(vendor, { HTTPS_PROXY: value, NO_PROXY: 'api.anthropic.com' }, {})).toBeUndefined();
});

it('the address of a proxy is told without the name and the password', () => {
  const found = proxyFor(vendor, { HTTPS_PROXY: 'name:100%pass-word@proxy.corp:3128/' }, {});
  expect(found).toEqual({ url: proxy, host: 'proxy.corp:3128', variable: 'HTTPS_PROXY', token: `Basic ${btoa('name:100%pass-word')}` });
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

it('a server of plain http that nobody knows may need the proxy for it, which a file does not name', () => {
  const refusal = connectionRefusal(new Error('fetch failed'), 'ENOTFOUND', { endpoint: 'http://gateway.corp' });
  expect(refusal?.says).toMatch(/where a proxy is needed, set HTTP_PROXY in the environment, not in \.env\.$/);
});

it.each([
  [undefined, /set NODE_EXTRA_CA_CERTS to that file in the environment, not in \.env/],
  ['readable' as const, /its file does not hold the authority/],
  ['unreadable' as const, /names a file that cannot be read/],
])('a certificate of nobody known, with further authorities %s', (authorities, says) => {
  const route = { endpoint: 'https://gateway.corp', ...(authorities ? { authorities } : {}) };
  expect(connectionRefusal(new Error('fetch failed'), 'SELF_SIGNED_CERT_IN_CHAIN', route)?.says).toMatch(says);
});
