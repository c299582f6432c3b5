import { DocketError } from '../../contracts/docket-error.ts';
import type { LoadedConfig } from '../../flows/load-config.ts';
import { sharedStore } from '../../flows/open-trials.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from './command-context.ts';

/**
 * Adds the runs of this machine to those of the team, where it has a shared store, and fetches others'. A run is over by then: what goes wrong is told, and
 * changes nothing of it.
 * @param agent whose runs they are
 */
export async function shareKept(
  root: string,
  agent: string,
  { terminal }: CommandContext,
  environment: NodeJS.ProcessEnv = terminal.environment,
): Promise<void> {
  const warn = (message: string) => terminal.note.line(terminal.note.style('yellow', plainLine(message)));
  try {
    const address = sharedStore({ root }, environment);
    if (!address) return;
    const { shareRuns } = await import('../../flows/runs/share-runs.ts');
    // Whether the connection is safe was said when the trials were opened.
    await shareRuns(root, agent, { ...address, insecure: undefined }, warn);
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    warn(`This run and the team's were not exchanged in full (docket store runs tries it again): ${error.message}`);
  }
}

/** Adds the reviews of this checkout to those of the team, where it has a shared store. They are saved by then; what goes wrong is told. */
export async function shareReviewed(config: LoadedConfig, { terminal }: CommandContext): Promise<void> {
  const warn = (message: string) => terminal.note.line(terminal.note.style('yellow', plainLine(message)));
  try {
    const address = sharedStore(config, terminal.environment);
    if (!address) return;
    const { shareReviews } = await import('../../flows/promote/share-reviews.ts');
    await shareReviews(config, address, warn);
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    warn(`The reviews are not among the team's (docket store copy tries it again): ${error.message}`);
  }
}
