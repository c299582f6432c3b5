import type { Command } from 'commander';
import type { CommandContext } from '../../command/command-context.ts';
import type { ReviewCommandOptions } from './run.ts';

const help = `
Goes through the drafts one by one. What production decided is shown only after you have given a label. Every answer is
saved before the next question; undo takes the last one back. Your name comes from git (user.name).

  a approve    the policy's answer is right
  c correct    another decision is right
  d dispute    there are good arguments for two labels
  x discard    not worth a case
  s skip       later
  u undo       take the last answer back
  f fill in    enter what was not recorded; then the policy's answer is shown

A critical case needs two people and waits for the second, who does not see the first one's label. Without a terminal,
answers come from a file that holds a JSON list:
  [{"draft": "trace-0af7651916cd43dd", "answer": "approve", "title": "A loan just over the cap", "critical": true},
   {"draft": "...", "answer": "correct", "decision": {"approved": false}, "rationale": "..."},
   {"draft": "...", "answer": "dispute", "decision": {"approved": false}, "argument": "..."},
   {"draft": "...", "answer": "discard", "reason": "..."}, {"draft": "...", "answer": "skip"}, {"answer": "undo"}]
"input" gives fields that a draft lacks; "id", "title", "tags" and "acceptRedaction" are optional.

Examples
  docket cases review
  docket cases review --decide answers.json

Exit codes
  0 done    2 usage error, or an invalid answer: it is named, the others are saved    129, 130, 143 interrupted`;

/** `docket cases review`: drafts become cases. */
export function addReviewCommand(cases: Command, context: CommandContext): void {
  cases
    .command('review')
    .summary('review drafts and turn them into cases')
    .description('Reviews drafts: approve, correct, dispute, discard, skip or undo.')
    .option('--decide <file>', 'answers from a JSON file instead of the keyboard')
    .option('--json', 'with --decide: print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: ReviewCommandOptions) => {
      const { runReview } = await import('./run.ts');
      await runReview(options, context);
    });
}
