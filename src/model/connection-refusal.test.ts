import { expect, it } from 'vitest';
import { connectionRefusal } from './connection-refusal.ts';

const refusal = (code: string, endpoint = 'https://models.example') => connectionRefusal(new Error('it failed'), code, { endpoint });

it.each([
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /its TLS is older than Node\.js takes/],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', /its TLS is older/],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /its TLS is older/],
  ['ERR_SSL_DH_KEY_TOO_SMALL', /its TLS is older/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /wants a certificate of whoever calls/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak https/],
])('two sides that never agree are told at once, and not tried again: %s', (code, says) => {
  expect(refusal(code)).toMatchObject({ retryable: false, says: expect.stringMatching(says) });
  expect(refusal(code)?.says).toContain(`models.example`);
});

it.each(['ERR_SSL_BAD_RECORD_MAC', 'ECONNRESET', 'UND_ERR_SOCKET'])('what may be chance has no such cause: %s', (code) => {
  expect(refusal(code)).toBeUndefined();
});
