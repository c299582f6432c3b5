import { DocketError } from '../../contracts/docket-error.ts';
import { type PostgresAddress, storeVariable } from '../../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { sharedStore } from '../../flows/open-trials.ts';
import { requireKnown, sharedKinds } from '../../flows/shared-kinds.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';

/** Makes the tables of the shared store, or brings them to this Docket. */
export async function runMigrate({ json }: { readonly json?: boolean }, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const address = requireShared(await loadConfig(invocation.directory), terminal.environment);
  // Before anything is changed: a newer Docket may have made some of them only.
  await requireKnown(address);
  for (const kind of sharedKinds) {
    const database = await PostgresDatabase.open(address, kind, { warn: warnOn(context) });
    await database.close();
    if (!json) terminal.out.line(`${plainLine(address.shown)}: ${kind.holds} at store version ${kind.migrations.length}`);
  }
  // What workers share is kept by an engine, whose tables come with it.
  const { JobBoard } = await import('../../trials/jobs/job-board.ts');
  await JobBoard.make(address, { warn: warnOn(context) });
  const tables = sharedKinds.map(({ holds, migrations }) => ({ holds, version: migrations.length }));
  if (json) printJson({ kind: 'migrated-store', store: address.shown, tables }, terminal.out);
}

/** @throws {DocketError} where no database is named */
export function requireShared(config: { readonly root: string }, environment: NodeJS.ProcessEnv): PostgresAddress {
  const address = sharedStore(config, environment);
  if (address) return address;
  throw new DocketError(`No shared store is named. Set ${storeVariable}, here or in .env: postgres://user:password@host/database.`);
}

/** Tells what a person should know, on the note stream. */
export function warnOn({ terminal }: CommandContext): (message: string) => void {
  return (message) => terminal.note.line(terminal.note.style('yellow', plainLine(message)));
}
