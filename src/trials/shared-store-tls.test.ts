import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parsePostgresAddress } from '../database/postgres/postgres-address.ts';
import { endPostgres, newDatabase, startPostgres, whyNoPostgres } from '../database/testing/postgres-server.ts';
import { inspectSharedStore } from './inspect-shared-store.ts';
import { openSharedTrialStore } from './open-trial-store.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;

/** An authority, and what it signed for a server and for a client. */
function certificates() {
  const folder = mkdtempSync(join(tmpdir(), 'docket-tls-'));
  chmodSync(folder, 0o755);
  const at = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', at(`${name}.key`)];
  for (const name of ['authority', 'other'])
    openssl('req', '-x509', ...key(name), '-days', '2', '-out', at(`${name}.crt`), '-subj', `/CN=${name}`);
  for (const [name, subject, names] of [
    ['server', 'localhost', 'DNS:localhost'],
    ['client', 'docket_owner', 'DNS:client'],
  ] as const) {
    openssl('req', ...key(name), '-out', at(`${name}.csr`), '-subj', `/CN=${subject}`);
    writeFileSync(at(`${name}.ext`), `subjectAltName=${names}\n`);
    const signed = ['-CA', at('authority.crt'), '-CAkey', at('authority.key'), '-CAcreateserial', '-extfile', at(`${name}.ext`)];
    openssl('x509', '-req', '-in', at(`${name}.csr`), '-out', at(`${name}.crt`), '-days', '2', ...signed);
  }
  writeFileSync(
    at('hba.conf'),
    'hostnossl all all 127.0.0.1/32 scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n',
  );
  chmodSync(at('server.key'), 0o600);
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres', at('server.key')]);
  return { at, end: () => rmSync(folder, { recursive: true }) };
}

onServer(missing ?? 'an encrypted connection to a shared store', { tags: ['slow'] }, () => {
  let files: ReturnType<typeof certificates>;
  beforeAll(() => {
    files = certificates();
    return files.end;
  });

  async function encrypted(...settings: string[]) {
    const { at } = files;
    const server = await startPostgres(undefined, [
      ...['ssl = on', `ssl_cert_file = '${at('server.crt')}'`, `ssl_key_file = '${at('server.key')}'`],
      ...settings,
    ]);
    onTestFinished(() => endPostgres(server.folder));
    const url = await newDatabase(server);
    return { url, named: url.replace('127.0.0.1', 'localhost') };
  }

  const opening = async (address: string, environment = {}) => {
    const parsed = parsePostgresAddress(address, environment);
    const store = await openSharedTrialStore(parsed);
    await store.close();
    return (await inspectSharedStore(parsed)).tls;
  };

  it('believes a server only with a certificate that it knows, and for its own name', async () => {
    const { at } = files;
    const { url, named } = await encrypted();
    const [authority, other] = [at('authority.crt'), at('other.crt')];
    expect(await opening(`${named}?sslmode=verify-full`, { PGSSLROOTCERT: authority })).toMatch(/^TLSv1/);
    expect(await opening(`${url}?sslmode=verify-ca&sslrootcert=${authority}`)).toMatch(/^TLSv1/);
    expect(await opening(`${url}?sslmode=require`)).toMatch(/^TLSv1/);
    expect(await opening(url)).toBeUndefined();
    await expect(opening(`${url}?sslmode=verify-full&sslrootcert=${authority}`)).rejects.toThrow(
      /the server's certificate is not for 127\.0\.0\.1/,
    );
    await expect(opening(`${named}?sslmode=verify-full`)).rejects.toThrow(/the server's certificate is not trusted .*PGSSLROOTCERT/);
    await expect(opening(`${named}?sslmode=verify-full&sslrootcert=system`)).rejects.toThrow(/not in the certificates of this machine/);
    const far = (mode: string) => parsePostgresAddress(`postgres://a:b@db.example.org/c${mode}`, {});
    expect([far('').tls.mode, far('').insecure]).toEqual(['verify-full', undefined]);
    expect(far('?sslmode=disable').insecure).toMatch(/Nothing is encrypted/);
    expect(far('?sslmode=require').insecure).toMatch(/The server is not verified/);
    // Whoever names an authority wants it asked, as with libpq.
    expect(far(`?sslmode=require&sslrootcert=${authority}`).insecure).toMatch(/The server's name is not verified/);
    await expect(opening(`${url}?sslmode=require&sslrootcert=${other}`)).rejects.toThrow(/not in the certificates of .*other\.crt/);
    expect(() => parsePostgresAddress(`${named}?sslmode=verify-full`, { PGSSLROOTCERT: '/nowhere' })).toThrow(
      /\/nowhere cannot be read \(ENOENT\)/,
    );
    expect(() => parsePostgresAddress(`${named}?sslrootcert=${at('server.key')}&sslmode=verify-ca`, {})).toThrow(/holds no certificate/);
  });

  it('shows a server that asks for it a certificate of its own', async () => {
    const { at } = files;
    const { named } = await encrypted(`ssl_ca_file = '${at('authority.crt')}'`, `hba_file = '${at('hba.conf')}'`);
    const address = `${named}?sslmode=verify-full&sslrootcert=${at('authority.crt')}`;
    const shown = `${address}&sslcert=${at('client.crt')}&sslkey=${at('client.key')}`;
    expect(await opening(shown)).toMatch(/^TLSv1/);
    expect(await opening(address, { PGSSLCERT: at('client.crt'), PGSSLKEY: at('client.key') })).toMatch(/^TLSv1/);
    await expect(opening(address)).rejects.toThrow(/requires a valid client certificate.*what it wants is named by sslcert and sslkey/);
    expect(() => parsePostgresAddress(shown.replace('client.key', 'server.key'), {})).toThrow(/server\.key does not go with .*client\.crt/);
  });
});
