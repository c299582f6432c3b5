import { isLoopback } from '../contracts/loopback.ts';
import { otherProtocol } from './other-protocol.ts';

/** The way to a server. */
export interface Route {
  /** Origin and path of the server. */
  readonly endpoint: string;
  /** Host of the proxy that calls go through, and the variable that names it. */
  /** The file of further authorities that Node.js was started with, and whether it can be read. */
  readonly authorities?: 'readable' | 'unreadable';
  readonly proxy?: { readonly host: string; readonly variable: string };
}

/** Why no connection was made, in our words, where that is known; undefined where it may as well have been chance. */
export function connectionRefusal(
  error: unknown,
  code: string | undefined,
  { endpoint, proxy, authorities }: Route,
): { readonly says: string; readonly retryable: boolean } | undefined {
  const { host, hostname, protocol } = new URL(endpoint);
  const through = proxy ? ` through the proxy ${proxy.host} (${proxy.variable})` : '';
  const refusedBy = proxy && tunnelStatus(error);
  if (proxy && refusedBy) {
    const remedy =
      refusedBy === '407'
        ? `It wants a name and a password: ${proxy.variable}=http://name:password@…`
        : `Check ${proxy.variable} and NO_PROXY`;
    return { says: `The proxy ${proxy.host} does not connect to ${host} (HTTP ${refusedBy}). ${remedy}.`, retryable: refusedBy >= '500' };
  }
  if (proxy && (code === 'ECONNREFUSED' || code === 'ENOTFOUND')) {
    return {
      says: `The proxy ${proxy.host} that ${proxy.variable} names cannot be reached (${code}). Correct the variable, or add ${hostname} to NO_PROXY.`,
      retryable: true,
    };
  }
  const other = otherProtocol(error);
  if (other !== undefined) return { says: somethingElse(other, endpoint), retryable: false };
  if (code === undefined) return undefined;
  if (untrusted.has(code)) {
    return {
      says: `The certificate of ${host}${through} is signed by nobody that Node.js trusts (${code}). ${trustRemedy(authorities)}`,
      retryable: false,
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      says: `The certificate of ${host}${through} is not valid today (${code}). Check this machine's clock, or have the certificate renewed.`,
      retryable: false,
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return {
      says: `The certificate that came is not one of ${host}${through} (${code}). Check the name in ANTHROPIC_BASE_URL.`,
      retryable: false,
    };
  }
  if (protocol === 'https:' && (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')) {
    const plain = isLoopback(hostname) ? ' If it is a model server of http, let ANTHROPIC_BASE_URL begin with http://.' : '';
    return {
      says: `${host} does not speak https (${code}): another kind of server is there, or one of plain http. Set ANTHROPIC_BASE_URL to the address and port of a Messages API.${plain}`,
      retryable: false,
    };
  }
  if (protocol === 'https:' && disagreed.test(code)) {
    const wanted = code.includes('CERTIFICATE_REQUIRED')
      ? 'it wants a certificate of whoever calls, and Docket sends none'
      : 'its TLS is older than Node.js takes, or another';
    return {
      says: `No secure connection to ${host}${through} comes about (${code}): ${wanted}. Check the address in ANTHROPIC_BASE_URL, or have that server or the gateway before it set up anew.`,
      retryable: false,
    };
  }
  if (code === 'ENOTFOUND') {
    return {
      says: `No server is known by the name ${hostname} (ENOTFOUND). Check ANTHROPIC_BASE_URL and this machine's network; where a proxy is needed, set HTTPS_PROXY.`,
      retryable: true,
    };
  }
  return undefined;
}

/** The sentence for what is in a model server's place. @param kind as in `kindOfServer` */
export function somethingElse(kind: string, endpoint: string): string {
  return kind === 'tls'
    ? `The model server at ${endpoint} takes https only. Let ANTHROPIC_BASE_URL begin with https://.`
    : `What answers at ${new URL(endpoint).host} is ${kind}, and no model server. Set ANTHROPIC_BASE_URL to the address of a Messages API.`;
}

function trustRemedy(authorities: Route['authorities']): string {
  if (authorities === undefined)
    return "If a company's own authority signs it, put its certificate into a file and set NODE_EXTRA_CA_CERTS to that file in the environment, not in .env, or run with NODE_USE_SYSTEM_CA=1.";
  return authorities === 'readable'
    ? 'NODE_EXTRA_CA_CERTS is set, and its file does not hold the authority that signs it: add that one, as PEM, with those between.'
    : 'NODE_EXTRA_CA_CERTS names a file that cannot be read: correct it.';
}

/** Codes of OpenSSL for two sides that will never agree; a record that was damaged on the way is chance. */
const disagreed =
  /^ERR_SSL_.*(?:PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED|NO_SHARED_CIPHER|NO_PROTOCOLS_AVAILABLE|KEY_TOO_SMALL|MD_TOO_WEAK|UNRECOGNIZED_NAME)/;

/** Codes of OpenSSL and Node.js for a chain that ends at nobody who is trusted. */
const untrusted: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);

/** The status with which a proxy refused to connect, from anywhere in the chain of causes. */
function tunnelStatus(error: unknown): string | undefined {
  let cause: unknown = error;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1) {
    const [, status] = /^Proxy response \((\d{3})\) !== 200/.exec(cause.message) ?? [];
    if (status) return status;
    cause = cause.cause;
  }
  return undefined;
}
