import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { checkServerIdentity, createSecureContext, getCACertificates, type PeerCertificate } from 'node:tls';
import type { PoolConfig } from 'pg';
import { DocketError } from '../../contracts/docket-error.ts';

/** How a connection is protected, in libpq's words: https://www.postgresql.org/docs/current/libpq-ssl.html. */
export const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** What of the address, or of the environment, is a file with one part of the protection. */
const files = {
  sslrootcert: { variable: 'PGSSLROOTCERT', what: 'certificates of authorities' },
  sslcert: { variable: 'PGSSLCERT', what: 'certificate of this client' },
  sslkey: { variable: 'PGSSLKEY', what: 'key of this client' },
} as const;
export const tlsFiles = Object.keys(files) as (keyof typeof files)[];

/** How a connection is protected, and with what. */
export interface PostgresTls {
  readonly mode: SslMode;
  /** Certificates that are trusted instead of those that Node.js knows, as PEM, and where they are from. */
  readonly roots: { readonly pem: string; readonly from: string } | undefined;
  /** What this client shows a server that asks for it, as PEM. */
  readonly client: { readonly cert: string; readonly key: string } | undefined;
}

type Texts = Readonly<Record<string, string | undefined>>;

/**
 * Reads what the address and the environment name.
 * @param said the parameters of the address
 * @throws {DocketError} where a file cannot be read, or is not what it should be
 */
export function tlsFrom(mode: SslMode, said: Texts, environment: Texts): PostgresTls {
  if (mode === 'disable') return { mode, roots: undefined, client: undefined };
  const [roots, cert, key] = tlsFiles.map((name) => said[name] || environment[files[name].variable]);
  const known = roots ? { pem: rootsOf(roots), from: roots === 'system' ? 'this machine' : roots } : undefined;
  // As libpq has it: whoever names an authority wants it asked.
  return { mode: known && mode === 'require' ? 'verify-ca' : mode, roots: known, client: clientOf(cert, key) };
}

/** What the driver needs of it. */
export function driverTls({ mode, roots, client }: PostgresTls, host: string): PoolConfig['ssl'] {
  if (mode === 'disable') return false;
  return {
    rejectUnauthorized: mode !== 'require',
    ...(roots && { ca: roots.pem }),
    ...client,
    checkServerIdentity: (_: string, certificate: PeerCertificate) =>
      mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  };
}

/** Why the connection can be listened to or led elsewhere, as a sentence; undefined where it cannot. */
export function insecurityOf(mode: SslMode): string | undefined {
  switch (mode) {
    case 'disable':
      return 'Nothing is encrypted (sslmode=disable): the password and all trials can be read and changed on the way.';
    case 'require':
      return 'The server is not verified (sslmode=require): whoever is on the way can pretend to be it. Use sslmode=verify-full.';
    case 'verify-ca':
      return "The server's name is not verified (sslmode=verify-ca): any server with a certificate of the same authority can pretend to be it. Use sslmode=verify-full.";
    default:
      return undefined;
  }
}

/** The word is libpq's for the authorities that the system knows. */
function rootsOf(file: string): string {
  if (file === 'system') return getCACertificates('system').join('\n');
  const pem = read('sslrootcert', file);
  try {
    for (const [certificate] of pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]*(?:-----END CERTIFICATE-----)?/g))
      new X509Certificate(certificate);
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  } catch (cause) {
    throw unfit('sslrootcert', file, 'holds a certificate that cannot be read', cause);
  }
  throw unfit('sslrootcert', file, 'holds no certificate as PEM ("-----BEGIN CERTIFICATE-----")');
}

function clientOf(certFile: string | undefined, keyFile: string | undefined): PostgresTls['client'] {
  if (!certFile || !keyFile) {
    if (!certFile && !keyFile) return undefined;
    const [there, missing] = certFile ? (['sslcert', 'sslkey'] as const) : (['sslkey', 'sslcert'] as const);
    throw new DocketError(
      `For the shared store ${there} names the ${files[there].what}, and its ${missing === 'sslkey' ? 'key' : 'certificate'} is missing. Name that in ${missing} or ${files[missing].variable} too.`,
    );
  }
  const client = { cert: read('sslcert', certFile), key: read('sslkey', keyFile) };
  try {
    createSecureContext(client);
  } catch (cause) {
    // OpenSSL's words say nothing of what is in the key.
    throw unfit(
      'sslkey',
      keyFile,
      `does not go with ${certFile} (${(cause as Error).message}); both as PEM, the key without a passphrase`,
      cause,
    );
  }
  return client;
}

function read(name: keyof typeof files, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unfit(name, file, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function unfit(name: keyof typeof files, file: string, why: string, cause?: unknown): DocketError {
  const { variable, what } = files[name];
  return new DocketError(`The ${what} of the shared store: ${file} ${why}. Correct ${variable}, or ${name} in the address.`, { cause });
}
