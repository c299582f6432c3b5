import type { Command } from 'commander';
import type { CommandContext } from '../../command/command-context.ts';
import type { AuditCommandOptions } from './run.ts';

const help = `
Checks every label against the policy, against the other labels (the same input, or one that is better in every field),
and against what unrelated versions agreed on in stored trials of "docket eval". Each suspect label is shown with the
arithmetic. Calls no model.

A case whose label contradicts the policy or another label stops counting in the gate by itself, and the gate's report
says so. --mark opens a dispute in the case file of every suspect label; the case then does not count until a person
resolves it: write the "resolution" into the file, or correct the label.

Examples
  docket cases audit
  docket cases audit --mark
  docket cases audit --json

Exit codes
  0 no suspect labels    1 suspect labels found    2 invalid case files`;

/** `docket cases audit`: labels that cannot be right. */
export function addAuditCommand(cases: Command, context: CommandContext): void {
  cases
    .command('audit')
    .summary('find labels that cannot be right')
    .description('Finds labels that cannot be right and shows the arithmetic.')
    .option('--mark', 'open a dispute in the case file of every suspect label')
    .option('--series <name>', 'series of the stored trials', 'eval')
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: AuditCommandOptions) => {
      const { runAudit } = await import('./run.ts');
      await runAudit(options, context);
    });
}
