import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';
import type { CopyCommandOptions } from './copy.ts';

const about = `
A team keeps its trials, runs, reviews and traces in one PostgreSQL database (15 or newer) that DOCKET_STORE names, in the
environment or in .env: postgres://user:password@host/database. On this machine nothing is encrypted; to any other, the
server has to prove who it is (sslmode=verify-full), with a certificate that PGSSLROOTCERT or Node.js knows.
`;

const exitCodesText = `
Exit codes
  0 done    2 no database is named, or it cannot be used    3 out of reach, or its disk is full: the same command goes on`;

const examples = {
  migrate: '  docket store migrate                           as the owner of the tables',
  roles: '  docket store roles | psql "$DOCKET_STORE"      as the owner, again after an update of Docket',
  runs: '  docket store runs                              before docket ui shows what others ran',
  copy: `  docket store copy                              this project's trials, runs, reviews and traces into the database
  docket store copy --from shared --to copy.db   and back into files: copy.db, copy-traces.db`,
} as const;

const help = Object.fromEntries(Object.entries(examples).map(([name, text]) => [name, `\nExamples\n${text}\n${exitCodesText}`])) as Record<
  keyof typeof examples,
  string
>;

const json = 'print what came of it as JSON and nothing else on stdout';

/** Of `copy`: what differs is named. */
const differing = ';\n    or trials or spans differ from those that are there, which stay, or cannot be read';

/** `docket store`: the database that a team shares. */
export function addStoreCommand(program: Command, context: CommandContext): void {
  const store = program
    .command('store')
    .summary("set up and fill a team's database")
    .description('The database that a team shares (DOCKET_STORE).');
  store.addHelpText('after', `${about}\nExamples\n${Object.values(examples).join('\n')}\n${exitCodesText}`);
  store
    .command('migrate')
    .description('Makes the tables, or brings them to this Docket. Whoever is at work goes on meanwhile.')
    .option('--json', json)
    .addHelpText('after', help.migrate)
    .action(async (options: { json?: boolean }) => {
      const { runMigrate } = await import('./migrate.ts');
      await runMigrate(options, context);
    });
  store
    .command('roles')
    .description('Prints, as SQL, what the roles docket_reader, docket_adder, docket_reviewer and docket_worker may do.')
    .option('--json', json)
    .addHelpText('after', help.roles)
    .action(async (options: { json?: boolean }) => {
      const { runRoles } = await import('./roles.ts');
      runRoles(options, context);
    });
  store
    .command('runs')
    .description("Adds this machine's runs to the team's, as the end of a run does, and fetches others' for docket ui.")
    .option('--json', json)
    .addHelpText('after', help.runs)
    .action(async (options: { json?: boolean }) => {
      const { runRuns } = await import('./runs.ts');
      await runRuns(options, context);
    });
  store
    .command('copy')
    .description('Copies trials, runs, reviews and traces; what is there stays, so the same command goes on.')
    .option('--from <file|shared>', 'store that is read (default: the file of docket.config.ts)')
    .option('--to <file|shared>', 'store that takes it (default: shared)')
    .option('--json', json)
    .addHelpText('after', `${help.copy}${differing}`)
    .action(async (options: CopyCommandOptions) => {
      const { runCopy } = await import('./copy.ts');
      await runCopy(options, context);
    });
}
