import { loadConfig } from '../../flows/load-config.ts';
import { shareRuns } from '../../flows/runs/share-runs.ts';
import { count, counted } from '../../text/figures.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';
import { requireShared, warnOn } from './migrate.ts';

/** Adds this machine's runs to the team's, and fetches others'. */
export async function runRuns({ json }: { readonly json?: boolean }, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const config = await loadConfig(invocation.directory);
  const address = requireShared(config, terminal.environment);
  const { added, fetched } = await shareRuns(config.root, config.agent.name, address, warnOn(context));
  if (json) printJson({ kind: 'shared-runs', added, fetched }, terminal.out);
  else terminal.out.line(` ${counted(added, 'run')} added, ${count(fetched)} of others fetched`);
}
