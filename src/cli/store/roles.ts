import { rolesSql } from '../../database/postgres/postgres-roles.ts';
import { sharedKinds } from '../../flows/shared-kinds.ts';
import type { CommandContext } from '../command/command-context.ts';

/** Prints what the roles of a shared store may do. Asks nobody. */
export function runRoles({ terminal }: CommandContext): void {
  for (const line of rolesSql(sharedKinds)) terminal.out.line(line);
}
