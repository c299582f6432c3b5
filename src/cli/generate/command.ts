import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';
import type { GenerateOptions } from './run.ts';

const help = `
A tool variant is a folder with decision.json and tools/*.json. Its types are written beside it, as <variant>.generated.ts:
Tools, from each tool's name to its arguments, and Decision. A missing, extra or renamed tool, a wrong argument or a wrong
decision field then does not compile. A file that is there is replaced if it was generated, and left alone otherwise.

Examples
  docket generate                                every variant of the project
  docket generate src/tool-variants              those of one folder
  docket generate --check                        in CI: are the types those of the JSON?

Exit codes
  0 written, or as they are    1 --check: some are not    2 a file that cannot be read, or is not ours to replace`;

/** `docket generate`: types from the tools' JSON. */
export function addGenerateCommand(program: Command, context: CommandContext): void {
  program
    .command('generate')
    .summary("write types from the tools' JSON")
    .description('Writes TypeScript types from the JSON files of tool variants.')
    .argument('[folders...]', 'variants, or folders of variants (default: all below this folder)')
    .option('--check', 'write nothing; fail where a file is not what would be written')
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (folders: readonly string[], options: GenerateOptions) => {
      const { runGenerate } = await import('./run.ts');
      await runGenerate(folders, options, context);
    });
}
