import type { Command } from 'commander';
import type { CommandContext } from '../../command/command-context.ts';
import type { ReviewCommandOptions } from './run.ts';

const help = `
Goes through the candidates one by one. What production decided is shown only after you committed to a label. Every
answer is on the disk before the next question; undo takes the last one back. You are who git says: user.name.

  a approve    the policy's answer is right
  c correct    another decision is right
  d dispute    two labels have something for them
  x discard    not worth a case
  s skip       later
  u undo       take the last answer back
  f fill in    what was not recorded, first: then the policy's answer is shown

A critical case needs two people, and waits for the second one; the first label is not shown there. Without a terminal,
answers come from a file, a JSON list:
  [{"candidate": "trace-0af7651916cd43dd", "answer": "approve", "title": "A loan just over the cap", "critical": true},
   {"candidate": "...", "answer": "correct", "decision": {"approved": false}, "rationale": "..."},
   {"candidate": "...", "answer": "dispute", "decision": {"approved": false}, "argument": "..."},
   {"candidate": "...", "answer": "discard", "reason": "..."}, {"candidate": "...", "answer": "skip"}, {"answer": "undo"}]
"input" gives fields that a candidate lacks; "id", "title", "tags" and "acceptRedaction" are optional.

Examples
  docket cases review
  docket cases review --decide answers.json

Exit codes
  0 done    2 wrong usage, or an answer that cannot stand: it is named, the others are saved    129, 130, 143 interrupted`;

/** `docket cases review`: candidates become cases. */
export function addReviewCommand(cases: Command, context: CommandContext): void {
  cases
    .command('review')
    .summary('review candidates: they become cases')
    .description('Reviews candidates: approve, correct, dispute, discard, skip or undo.')
    .option('--decide <file>', 'answers from a JSON file instead of the keyboard')
    .option('--json', 'with --decide: print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: ReviewCommandOptions) => {
      const { runReview } = await import('./run.ts');
      await runReview(options, context);
    });
}
