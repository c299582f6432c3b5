import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';
import type { DoctorOptions } from './run.ts';

const help = `
Looks at Node.js, the configuration, the cases, the versions with their fingerprints, who would answer (the key itself
is never shown), the trial store, where traces go and the disk. Changes nothing and calls no model. With --online it also
asks the receiver of OTEL_EXPORTER_OTLP_* and the systems whose keys are set whether they take traces, by empty requests.

Exit codes
  0 ready, perhaps with warnings    2 something has to be mended first`;

/** `docket doctor`: is everything in place? */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .summary('check that everything is in place')
    .description('Checks what Docket needs, and says what to do about what is missing.')
    .option('--online', 'also ask the systems that traces are sent to')
    .option('--json', 'print the checks as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import('./run.ts');
      await runDoctor(options, context);
    });
}
