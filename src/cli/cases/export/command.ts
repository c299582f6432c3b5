import { type Command, Option } from 'commander';
import { type SuiteFormatName, writtenFormatNames } from '../../../suites/suite-formats.ts';
import { names } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import type { ExportCommandOptions } from './run.ts';

const help = `
Writes the cases for another tool: to a file, or to the terminal when none is named. "docket cases import" reads each of
these files again to the same cases.

  promptfoo       a file of tests: the input as variables, the expected decision as an is-json assertion
  pydantic-evals  a Dataset in YAML: inputs, expected_output, title and tags as metadata
  csv             a table with columns input.… and expected.…; no cell is a formula
  jsonl           the cases themselves, one a line, with rationale and reviewers

Examples
  docket cases export --to promptfoo tests.yaml
  docket cases export --to csv cases.csv --tags boundary
  docket cases export --to jsonl | wc -l

Exit codes
  0 written    2 usage error, faulty cases, or a file that cannot be written`;

/** `docket cases export`: the cases for another tool. */
export function addExportCommand(cases: Command, context: CommandContext): void {
  cases
    .command('export')
    .summary('write the cases for another tool')
    .description('Exports the cases for promptfoo or Pydantic Evals, as a table or as JSON lines.')
    .argument('[file]', 'where to (default: the terminal)')
    .addOption(new Option('--to <format>', 'the format').choices(writtenFormatNames).makeOptionMandatory())
    .option('--tags <tags>', 'only cases with one of these tags', names)
    .option('--overwrite', 'replace a file that is there')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json', 'print the result as JSON and nothing else on stdout; needs a file')
    .addHelpText('after', help)
    .action(async (file: string | undefined, options: ExportCommandOptions & { readonly to: SuiteFormatName }) => {
      const { runExport } = await import('./run.ts');
      await runExport(file, options, context);
    });
}
