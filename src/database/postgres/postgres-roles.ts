import { type PostgresKind, postgresSchema as schema } from './postgres-kind.ts';

/** Roles without a login, which those of people and of CI are made members of. */
export const postgresRoles = {
  docket_reader: 'reads everything and changes nothing',
  docket_adder: 'a CI: reads, adds trials, runs and traces, and can change or delete no trial and no run',
  docket_reviewer: 'as docket_adder, and adds reviews',
  docket_worker: 'as docket_adder, gives work to workers and takes it',
} as const;

/** What roles may do, as SQL for the owner of the tables; run again after an update of Docket, it adds what is new. */
export function rolesSql(kinds: readonly PostgresKind[]): string[] {
  const all = Object.keys(postgresRoles).join(', ');
  const adders = 'docket_adder, docket_reviewer, docket_worker';
  const tables = (names: readonly string[]) => names.map((name) => `${schema}.${name}`).join(', ');
  const of = (which: 'appended' | 'grown' | 'reviewed' | 'working' | 'worked') => kinds.flatMap((kind) => kind[which] ?? []);
  return [
    ...Object.entries(postgresRoles).flatMap(([role, does]) => [
      `-- ${role}: ${does}.`,
      `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} NOLOGIN; END IF; END $$;`,
    ]),
    `GRANT USAGE ON SCHEMA ${schema} TO ${all};`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${all};`,
    ...kinds.flatMap(({ views }) =>
      views ? [`GRANT USAGE ON SCHEMA ${views} TO ${all};`, `GRANT SELECT ON ALL TABLES IN SCHEMA ${views} TO ${all};`] : [],
    ),
    '-- What is stored is added and never changed; a trace may be completed.',
    `GRANT INSERT ON ${tables(of('appended'))} TO ${adders};`,
    ...(of('grown').length > 0 ? [`GRANT INSERT, UPDATE ON ${tables(of('grown'))} TO ${adders};`] : []),
    ...(of('reviewed').length > 0 ? [`GRANT INSERT ON ${tables(of('reviewed'))} TO docket_reviewer;`] : []),
    '-- What is under way: who runs what, and what waits in batches.',
    `GRANT INSERT, UPDATE, DELETE ON ${tables(of('working'))} TO ${adders};`,
    ...(of('worked').length > 0 ? [`GRANT INSERT, UPDATE, DELETE ON ${tables(of('worked'))} TO docket_worker;`] : []),
    ...kinds.flatMap(({ engine }) =>
      engine
        ? [
            `GRANT USAGE ON SCHEMA ${engine} TO docket_worker;`,
            `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${engine} TO docket_worker;`,
          ]
        : [],
    ),
    '-- Then, for each login: GRANT docket_adder TO ci;',
  ];
}
