import { type Command, Option } from 'commander';
import type { PickReason } from '../../../contracts/candidate.ts';
import { names, wholeNumber } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { addModelOptions } from '../../command/run-options.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import type { DraftCommandOptions } from './run.ts';

/** Written out, because the schema library would make every command's start slower. */
const reasons: readonly PickReason[] = ['finding', 'disagreement', 'uncertainty', 'novelty', 'sample'];

const help = `
Reads the stored traces, puts near-duplicates together, leaves out what a case or an earlier draft stands for, and writes
candidates to cases/candidates/. Personal data and secrets are redacted before anything is written. A candidate holds no
production decision and is never run or scored: "docket cases review" makes a case of it.

Reasons, which take turns: finding (a scorer that needs no label complains), disagreement (between versions),
uncertainty (one version, several answers), novelty (far from every case), sample (drawn from what is normal). Which was
whose is not said: next to the policy's answer it would give the decision away.

Examples
  docket cases draft
  docket cases draft --limit 20 --by finding,novelty
  docket cases draft --since 7d --agent underwriter
  docket cases draft --compare v2                ask v2 about every input: where does it disagree?
  docket cases draft --verify                    also run the agent on redacted and original input

Exit codes
  0 done, also when there was nothing to draft    2 wrong usage, no traces    3 the model could not be reached`;

/** `docket cases draft`: candidates from traces. */
export function addDraftCommand(cases: Command, context: CommandContext): void {
  const command = cases
    .command('draft')
    .summary('draft candidates from stored traces')
    .description('Drafts candidates from stored traces: redacted, without duplicates, the most telling first.')
    .option('--limit <number>', 'most candidates', wholeNumber(1), 10)
    .option('--agent <name>', "only traces of the agent with this name (the configured agent's name)")
    .option('--all-agents', 'traces of every agent')
    .option('--since <time>', 'only traces from then on: a date, or 7d, 24h, 30m ago', (text) => pointInTime(text))
    .option('--until <time>', 'only traces before then', (text) => pointInTime(text))
    .addOption(new Option('--by <reasons>', `why a trace is worth a review: ${reasons.join(', ')}`).argParser(names))
    .option('--seed <number>', 'decides which normal traces are drawn', wholeNumber(0), 1)
    .option('--compare <version>', 'a version that decides every input, so that disagreement shows; may call the model often')
    .option('--verify', 'compare the decisions of the current version on redacted and original input');
  // Recordings go to git, and inputs of production are not redacted when the model is asked.
  addModelOptions(command, { record: false })
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: DraftCommandOptions) => {
      const { runDraft } = await import('./run.ts');
      await runDraft(options, context);
    });
}
