import { type Command, Option } from 'commander';
import { pickReasons } from '../../../contracts/pick-reasons.ts';
import { names, wholeNumber } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { addModelOptions } from '../../command/run-options.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import type { DraftCommandOptions } from './run.ts';

const help = `
Reads the stored traces, groups near-duplicates, skips what a case or an earlier draft already covers, and writes drafts
to cases/drafts/. Personal data and secrets are redacted before anything is written. A draft holds no production
decision and is never run or scored; "docket cases review" turns it into a case.

Traces are picked for these reasons, in turn: finding (a scorer that needs no label complains), disagreement (between
versions), uncertainty (one version gives several answers), novelty (far from every case), sample (drawn at random from
normal traffic). A draft does not say which reason applied: next to the policy's answer it would give the decision away.

Examples
  docket cases draft
  docket cases draft --limit 20 --by finding,novelty
  docket cases draft --since 7d --agent underwriter
  docket cases draft --trace 5b8efff7            make a case of this run
  docket cases draft --compare v2                ask v2 about every input: where does it disagree?
  docket cases draft --verify                    also run the agent on redacted and original input

Exit codes
  0 done, even if there was nothing to draft    2 usage error, or no traces    3 the model could not be reached`;

/** `docket cases draft`: drafts from traces. */
export function addDraftCommand(cases: Command, context: CommandContext): void {
  const command = cases
    .command('draft')
    .summary('draft cases from stored traces')
    .description('Drafts cases from stored traces: redacted, without duplicates, the most informative first.')
    .option('--limit <number>', 'maximum drafts to write', wholeNumber(1), 10)
    .option('--trace <id>', 'draft this trace, or enough of its id; can be repeated', names)
    .option('--agent <name>', 'only traces of this agent (default: the configured agent)')
    .option('--all-agents', 'traces of every agent')
    .option('--since <time>', 'only traces from this time on: a date, or 7d, 24h, 30m (ago)', (text) => pointInTime(text))
    .option('--until <time>', 'only traces before this time', (text) => pointInTime(text))
    .addOption(new Option('--by <reasons>', `why a trace is worth a review: ${pickReasons.join(', ')}`).argParser(names))
    .option('--seed <number>', 'random seed for drawing from normal traffic', wholeNumber(0), 1)
    .option('--compare <version>', 'also let this version decide every input, to find disagreement; may call the model often')
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
