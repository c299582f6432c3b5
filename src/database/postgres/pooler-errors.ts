/**
 * What PgBouncer says by itself, all of it under the code of a broken protocol, and PostgreSQL's code for the same: https://www.pgbouncer.org/config.html.
 */
const poolerErrors: readonly (readonly [words: RegExp, code: string])[] = [
  [/no more connections allowed|query_wait_timeout|client_login_timeout/i, '53300'],
  [/password authentication failed|auth(?:entication)? failed|no such user/i, '28P01'],
  [/no such database|database .* does not exist/i, '3D000'],
  [/statement pooling mode/i, '0A000'],
  [
    /cannot connect to server|server_login_retry|server login (?:failed|has been failing)|server conn|pooler is shut|is paused|is disabled|connect(?:ion)? failed/i,
    '08006',
  ],
];

/** PostgreSQL's code for what a connection pool said; undefined where it was none of its own. */
export function poolerCode(code: string, words: string): string | undefined {
  return code === '08P01' ? poolerErrors.find(([known]) => known.test(words))?.[1] : undefined;
}
