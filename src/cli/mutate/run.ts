import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { type MutationFamily, mutationFamilies } from '../../contracts/mutation-families.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { draftKillers } from '../../flows/mutate/draft-killers.ts';
import { mutate } from '../../flows/mutate/index.ts';
import { mutationOnMain } from '../../flows/mutate/mutation-on-main.ts';
import { openSession } from '../../flows/session.ts';
import { compareMutation } from '../../mutation/compare-mutation.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { count } from '../../text/figures.ts';
import { plainText } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawOver } from '../terminal/draw-over.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { comparedLines, mutationLines } from './view.ts';

export interface MutateCommandOptions {
  readonly version?: string;
  readonly family?: readonly string[];
  readonly against?: string;
  readonly trials: number;
  readonly draft?: boolean;
  readonly fresh?: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** Plants known faults and shows which of them the gate would let through. */
export async function runMutate(options: MutateCommandOptions, context: CommandContext): Promise<void> {
  const { invocation, terminal } = context;
  const families = options.family?.map(familyNamed);
  const config = await loadConfig(invocation.directory);
  if (config.agent.own)
    throw new DocketError(
      `The agent "${config.agent.name}" answers by itself, and faults are planted in prompts, tools and a simulated model of the Messages API: docket mutate has nothing to plant in it.`,
    );
  const version = options.version ?? config.current;
  // Before anything runs: a wrong name of main should not cost half a minute.
  const main = options.against === undefined ? undefined : await mutationOnMain(config.root, options.against);
  const interruption = onInterrupt();
  const session = await openSession({
    config,
    version,
    mode: 'simulated',
    store: ':memory:',
    traces: 'none',
    environment: terminal.environment,
    warn: (message) => terminal.note.line(terminal.note.style('yellow', plainText(message))),
  }).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  try {
    const started = session.clock.now();
    const mutated = await mutate(session, {
      version,
      trials: options.trials,
      ...(families ? { families } : {}),
      fresh: options.fresh ?? false,
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      signal: interruption.signal,
      onMutant: (done, all) => drawOver(terminal.note, `${count(done)}/${count(all)} faults`),
    });
    drawOver(terminal.note);
    const milliseconds = session.clock.now() - started;
    const drafts = options.draft ? draftKillers(session, mutated.report.mutants) : undefined;
    const compared = main?.report && compareMutation(main.report, mutated.report);
    if (options.json) printJson({ kind: 'mutation', ...mutated.report, ...(compared ? { compared } : {}) }, terminal.out);
    else
      for (const line of mutationLines({ ...mutated, ...(drafts ? { drafts } : {}) }, milliseconds, terminal.out)) terminal.out.line(line);
    if (main) for (const line of comparedLines(main, compared, terminal.note)) terminal.note.line(line);
    if (compared?.fell) context.exit(exitCodes.regressed);
  } catch (error) {
    drawOver(terminal.note);
    endInterrupted(error, context, ': faults that were tried are known, and will not be tried again.');
  } finally {
    interruption.stop();
    await session.close();
  }
}

function familyNamed(name: string): MutationFamily {
  const found = mutationFamilies.find((family) => family === name);
  if (found) return found;
  throw new DocketError(`There is no family "${name}" of faults.${didYouMean(name, mutationFamilies)}`);
}
