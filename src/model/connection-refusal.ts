import { isLoopback } from '../contracts/loopback.ts';
import { otherProtocol } from './other-protocol.ts';
import { proxyFaultIn } from './through-proxy.ts';

/** The way to a server. */
export interface Route {
  /** Origin and path of the server. */
  readonly endpoint: string;
  /** The file of further authorities that Node.js was started with, and whether it can be read. */
  readonly authorities?: 'readable' | 'unreadable';
  /** Host of the proxy that calls go through, the variable that names it, and what tells it who calls. */
  readonly proxy?: { readonly host: string; readonly variable: string; readonly token?: string };
}

interface ConnectionRefusal {
  readonly says: string;
  readonly retryable: boolean;
}

/** Why no connection was made, in our words, where that is known; undefined where it may as well have been chance. */
export function connectionRefusal(error: unknown, code: string | undefined, route: Route): ConnectionRefusal | undefined {
  const { endpoint, proxy, authorities } = route;
  const { host, hostname, protocol } = new URL(endpoint);
  const through = proxy ? ` through the proxy ${proxy.host} (${proxy.variable})` : '';
  const byProxy = proxyRefusal(error, code, route);
  if (byProxy) return byProxy;
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
      says: `No server is known by the name ${hostname} (ENOTFOUND). Check ANTHROPIC_BASE_URL and this machine's network; where a proxy is needed, set ${protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY in the environment, not in .env'}.`,
      retryable: true,
    };
  }
  return undefined;
}

/** What a proxy on the way refuses or fails with; undefined where it did its part. */
function proxyRefusal(error: unknown, code = '', { endpoint, proxy, authorities }: Route): ConnectionRefusal | undefined {
  if (!proxy) return undefined;
  const { host, variable, token } = proxy;
  const target = new URL(endpoint);
  const status = tunnelStatus(error);
  if (status !== undefined) {
    const wants =
      token === undefined
        ? `It wants a name and a password: ${variable}=http://name:password@…`
        : `It does not take the name and the password in ${variable}. Correct them there, with "%" written as %25 and "@" as %40; Docket tells them by the scheme Basic alone`;
    const remedy = status === '407' ? wants : `Check ${variable} and NO_PROXY`;
    return { says: `The proxy ${host} does not connect to ${target.host} (HTTP ${status}). ${remedy}.`, retryable: status >= '500' };
  }
  if (proxyFaultIn(error) === undefined) return undefined;
  const named = `${host} that ${variable} names`;
  if (untrusted.has(code) || invalid.has(code))
    return { says: `The certificate of the proxy ${named} is not trusted (${code}). ${trustRemedy(authorities)}`, retryable: false };
  // A parser that understood nothing gives no code.
  if (code === '' || /^(?:HPE_|ERR_SSL_)/.test(code)) {
    const other = otherProtocol(error);
    const scheme = code.startsWith('ERR_SSL_') ? 'http://' : 'https://';
    const says = `What answers as the proxy ${named} is ${other === undefined || other === 'tls' ? `none, or is spoken to by ${scheme}` : other}${code && ` (${code})`}. Correct the variable, or add ${target.hostname} to NO_PROXY.`;
    return { says, retryable: false };
  }
  const what = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code)
    ? 'closes the connection instead of answering'
    : code === 'UND_ERR_HEADERS_TIMEOUT'
      ? 'does not answer'
      : 'cannot be reached';
  const says = `The proxy ${named} ${what} (${code}). Correct the variable, or add ${target.hostname} to NO_PROXY.`;
  return { says, retryable: true };
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

/** Codes for a certificate of another name or time. */
const invalid: ReadonlySet<string> = new Set([
  ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
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
