import type { Command } from 'commander';
import type { CommandContext } from '../../command/command-context.ts';
import type { AuditCommandOptions } from './run.ts';

const help = `
Holds every label against the policy, against the other labels (the same input, or one that is better in every field),
and against what unrelated versions agreed on in stored trials of "docket eval". Each suspect is shown with the
arithmetic. Calls no model.

A label that the policy or another label speaks against leaves the gate's blocking set by itself, and the gate's report
says so. --mark opens a dispute in the case file of every suspect, so that it judges nobody until a person resolves it:
write the "resolution" into the file, or mend the label.

Examples
  docket cases audit
  docket cases audit --mark
  docket cases audit --json

Exit codes
  0 no suspect    1 there are suspects    2 faulty cases`;

/** `docket cases audit`: labels that cannot be right. */
export function addAuditCommand(cases: Command, context: CommandContext): void {
  cases
    .command('audit')
    .summary('look for labels that cannot be right')
    .description('Looks for labels that cannot be right, with the arithmetic.')
    .option('--mark', 'open a dispute in the case file of every suspect')
    .option('--series <name>', 'series of the stored trials', 'eval')
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: AuditCommandOptions) => {
      const { runAudit } = await import('./run.ts');
      await runAudit(options, context);
    });
}
