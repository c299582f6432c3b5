import { type PostgresKind, postgresSchema as schema } from './postgres-kind.ts';

/** Roles without a login, which those of people and of CI are made members of. */
export const postgresRoles = {
  docket_reader: 'reads everything and changes nothing',
  docket_adder: 'a CI: reads, adds trials, runs and traces, and can change or delete no trial and no run',
  docket_reviewer: 'as docket_adder, and adds reviews',
  docket_worker: 'as docket_adder, gives work to workers and takes it',
} as const;

const everyRole = Object.keys(postgresRoles).join(', ');
const adders = 'docket_adder, docket_reviewer, docket_worker';

/** What roles may do, as SQL for the owner of the tables; run again after an update of Docket, it adds what is new. Tables that are not there are told of. */
export function rolesSql(kinds: readonly PostgresKind[]): string[] {
  return [
    ...Object.entries(postgresRoles).flatMap(([role, does]) => [
      `-- ${role}: ${does}.`,
      `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} NOLOGIN; END IF; END $$;`,
    ]),
    whereThere(
      'of Docket is',
      [`to_regnamespace('${schema}')`],
      [`GRANT USAGE ON SCHEMA ${schema} TO ${everyRole};`, `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${everyRole};`],
    ),
    '-- What is stored is added and never changed, but a trace is completed; and what is under way comes and goes.',
    ...kinds.map((kind) => {
      const { holds, views, engine } = kind;
      const tables = [kind.appended, kind.grown, kind.reviewed, kind.working, kind.worked].flatMap((names) => names ?? []);
      const there = [
        ...tables.map((name) => `to_regclass('${schema}.${name}')`),
        ...[views, engine].flatMap((name) => (name ? [`to_regnamespace('${name}')`] : [])),
      ];
      return whereThere(`tables of the ${holds} are`, there, grantsOf(kind));
    }),
    '-- Then, for each login: GRANT docket_adder TO ci;',
  ];
}

function grantsOf({ appended, grown, reviewed, working, worked, views, engine }: PostgresKind): string[] {
  const all = 'INSERT, UPDATE, DELETE';
  const on = (rights: string, names: readonly string[] | undefined, roles: string) =>
    names?.length ? [`GRANT ${rights} ON ${names.map((name) => `${schema}.${name}`).join(', ')} TO ${roles};`] : [];
  const inSchema = (rights: string, name: string | undefined, roles: string) =>
    name ? [`GRANT USAGE ON SCHEMA ${name} TO ${roles};`, `GRANT ${rights} ON ALL TABLES IN SCHEMA ${name} TO ${roles};`] : [];
  return [
    ...on('INSERT', appended, adders),
    ...on('INSERT, UPDATE', grown, adders),
    ...on('INSERT', reviewed, 'docket_reviewer'),
    ...on(all, working, adders),
    ...on(all, worked, 'docket_worker'),
    ...inSchema('SELECT', views, everyRole),
    ...inSchema(`SELECT, ${all}`, engine, 'docket_worker'),
  ];
}

/** A database that was not migrated, and was only used, has what was used: of the rest there is nothing to grant yet. */
function whereThere(what: string, there: readonly string[], grants: readonly string[]): string {
  const missing = there.map((each) => `${each} IS NULL`).join(' OR ');
  return `DO $$ BEGIN
  IF ${missing} THEN
    RAISE WARNING 'Not all ${what} there yet. Run docket store migrate, and then this again.';
  ELSE
${grants.map((grant) => `    ${grant}`).join('\n')}
  END IF;
END $$;`;
}
