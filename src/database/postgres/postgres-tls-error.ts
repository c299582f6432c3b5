import { type PostgresAddress, storeVariable } from './postgres-address.ts';

/** What a failure of the encryption means, and what to do; undefined where it is none. */
export function tlsMeaning({ places, tls }: PostgresAddress, code = '', detail: string): string | undefined {
  const host = places.map((place) => place.host).join(' or ');
  if (/does not support SSL/i.test(detail))
    return `the server speaks no TLS, and sslmode=${tls.mode} asks for it. Switch it on there (ssl = on).`;
  if (/error establishing an SSL connection/i.test(detail)) return `what answers at ${host} is no PostgreSQL. Correct ${storeVariable}.`;
  const known = ofCertificates.get(code);
  if (known !== undefined) return known;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the server's certificate is not for ${host} (${detail}). Name the server as its certificate does.`;
  if (untrusted.test(code)) return `the server's certificate is not trusted (${code}). ${authorityOf(tls.roots?.from)}`;
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|EPROTO)|^INVALID_/.test(code) || /certificate|SSL/i.test(detail))
    return `no encrypted connection could be agreed upon (${code}${code && ': '}${wordsOf(detail)}). Is it PostgreSQL that answers there, and does it take TLS 1.2 or newer?`;
  return undefined;
}

/** Of Node.js and OpenSSL: https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const ofCertificates = new Map([
  [
    'CERT_HAS_EXPIRED',
    "the server's certificate, or its authority's, has expired. Renew it there. (If it has not, the clock of this machine is wrong.)",
  ],
  ['CERT_NOT_YET_VALID', "the server's certificate is not valid yet. Is the clock of this machine right?"],
  ['CERT_REVOKED', "the server's certificate was revoked. Renew it there."],
]);

const untrusted =
  /^(?:CERT_UNTRUSTED|CERT_REJECTED|CERT_SIGNATURE_FAILURE|CERT_CHAIN_TOO_LONG|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

function authorityOf(named: string | undefined): string {
  return named === undefined
    ? `Name the file with the certificate of its authority: PGSSLROOTCERT, or sslrootcert in ${storeVariable}.`
    : `Its authority is not in the certificates of ${named}, or the server does not send what is between the two. Correct PGSSLROOTCERT or sslrootcert, or ssl_cert_file there.`;
}

/** OpenSSL's words without its places in the source. */
function wordsOf(detail: string): string {
  return /:SSL routines:[^:]*:([^:]+)/.exec(detail)?.[1] ?? detail.trim();
}
