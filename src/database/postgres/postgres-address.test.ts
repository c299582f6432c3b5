import { describe, expect, it } from 'vitest';
import { parsePostgresAddress } from './postgres-address.ts';
import { postgresError } from './postgres-error.ts';

const trials = { holds: 'trials' };
const failing = (code: string | undefined, message: string) => {
  const error = postgresError(parsePostgresAddress('postgres://a:b@db/c', {}), trials, Object.assign(new Error(message), { code }));
  return error instanceof Error ? error.message : String(error);
};

describe('the address of a shared database', () => {
  it('may name several servers, each with a port of its own', () => {
    const { shown, places, password, tls } = parsePostgresAddress(
      'postgres://a:b%2Cc@one,two:6432,[::1]:7/d?target_session_attrs=primary',
      {},
    );
    expect([shown, places, password, tls.mode]).toEqual([
      'postgres://a@one:5432,two:6432,[::1]:7/d',
      [
        { host: 'one', port: 5432 },
        { host: 'two', port: 6432 },
        { host: '::1', port: 7 },
      ],
      'b,c',
      // One of them is elsewhere.
      'verify-full',
    ]);
    expect(parsePostgresAddress('postgres://a:b@127.0.0.1:1,localhost:2/d', {}).tls.mode).toBe('disable');
  });

  it.each([
    ['postgres://a:b@one,/d', /is no address/],
    ['postgres://a:b@one:x,two/d', /is no address/],
    ['postgres://a:b@one,two/d?target_session_attrs=standby', /target_session_attrs that is not taken\. Expected: primary or read-write/],
    ['postgres://a:b@one/d?sslmode=prefer', /an sslmode that is not taken/],
    [
      'postgres://a:b@one/d?sslcert=/nowhere',
      /sslcert names the certificate of this client, and its key is missing\. .* sslkey or PGSSLKEY/,
    ],
    ['postgres://a:b@one/d?sslkey=/nowhere', /its certificate is missing\. .* sslcert or PGSSLCERT/],
    ['postgres://a:b@one/d?sslcert=/nowhere&sslkey=/nowhere', /certificate of this client .*\/nowhere cannot be read \(ENOENT\)/],
    ['postgres://a:b@one/d?sslrootcert=/dev/null', /\/dev\/null holds no certificate as PEM/],
  ])('says of %s what is wrong', (address, words) => {
    expect(() => parsePostgresAddress(address, {})).toThrow(words);
  });

  it.each([
    ['CERT_NOT_YET_VALID', 'certificate is not yet valid', /is not valid yet\. Is the clock of this machine right\?/],
    ['CERT_HAS_EXPIRED', 'certificate has expired', /has expired\. Renew it there/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate', /is not trusted \(SELF_SIGNED_CERT_IN_CHAIN\)\. Name the file/],
    [
      'EPROTO',
      'C0:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../rec.c:1590:SSL alert number 70\n',
      /no encrypted connection could be agreed upon \(EPROTO: tlsv1 alert protocol version\)/,
    ],
    [undefined, 'There was an error establishing an SSL connection', /what answers at db is no PostgreSQL/],
    ['28000', 'connection requires a valid client certificate', /what it wants is named by sslcert and sslkey/],
    ['ECONNRESET', 'Client network socket disconnected before secure TLS connection was established', /the server cannot be reached/],
  ])('says what %s of an encrypted connection means', (code, message, words) => {
    expect(failing(code, message)).toMatch(words);
  });
});
