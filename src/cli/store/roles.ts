import { rolesSql } from '../../database/postgres/postgres-roles.ts';
import { sharedKinds } from '../../flows/shared-kinds.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';

/** Prints what the roles of a shared store may do. Asks nobody. */
export function runRoles({ json }: { readonly json?: boolean }, { terminal }: CommandContext): void {
  const statements = rolesSql(sharedKinds);
  if (json) printJson({ kind: 'store-roles', statements }, terminal.out);
  else for (const line of statements) terminal.out.line(line);
}
