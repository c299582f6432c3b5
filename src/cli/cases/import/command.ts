import { type Command, InvalidArgumentError, Option } from 'commander';
import { type SuiteFormatName, suiteFormatNames, suiteFormats } from '../../../suites/suite-formats.ts';
import type { CommandContext } from '../../command/command-context.ts';
import type { ImportCommandOptions } from './run.ts';

const widest = Math.max(...suiteFormatNames.map((name) => name.length));
const formatHelp = suiteFormatNames.map((name) => `  ${name.padEnd(widest)}  ${suiteFormats[name].reads}`).join('\n');

const help = `
Reads the tests of another tool and writes each as a case. The format is recognised by the content:
${formatHelp}

Which value is which field follows from the agent's own input and decision schemas, where names fit; otherwise say it:
a path is a name, or names between dots, as the row has them. A row that the agent does not take is listed with its line
and the reason. What Docket has no place for (an assertion, a template, an evaluator) is listed with its line, and kept
as a note in its case. Nothing in the file is run, and no file outside of its folder is read.

A label that came by an import counts in the gate once a person has reviewed it. --reviewed is your word for all of the
file's labels: your name (user.name of git) stands in each, except in critical cases, which two people look at one by one.
A row without a label becomes a draft for "docket cases review".

--assertions writes the assertions of promptfoo's cases as scorers that run promptfoo's own code. It is a module of
yours, to be read before it runs; one that is there already is left as it is.

A second import of the same file changes nothing. A row that has changed changes its case, unless a person reviewed or
edited the case meanwhile: then it is listed as a conflict.

Examples
  docket cases import promptfooconfig.yaml --dry-run
  docket cases import items.json --from langfuse
  docket cases import loans.csv --id case_no --map annual_income=income --map approved=verdict --value approved:yes=true
  docket cases import loans.csv --save-mapping       and the next import needs no --map
  docket cases import promptfooconfig.yaml --reviewed --assertions assertions.ts

Exit codes
  0 imported    1 imported, but some rows were not: each is listed    2 usage error, or a file that cannot be used
  129, 130, 143 interrupted; the same command goes on`;

/** `docket cases import`: cases from the suite of another tool. */
export function addImportCommand(cases: Command, context: CommandContext): void {
  cases
    .command('import')
    .summary('bring in the tests of another tool')
    .description('Imports the tests of promptfoo, Pydantic Evals, OpenAI Evals, LangSmith, Langfuse, Braintrust, or of a table.')
    .argument('<file>', 'the file to import')
    .addOption(new Option('--from <format>', 'its format (default: recognised by the content)').choices(suiteFormatNames))
    .option('--input <path>', 'where the input is')
    .option('--expected <path>', 'where the expected decision is')
    .option('--id <path>', "where the row's own id is")
    .option('--title <path>', 'where the title is')
    .option('--tags <path>', 'where the tags are')
    .option('--map <field=path>', 'where one field of the input or the decision is; may be repeated', pairs)
    .option('--value <field:word=value>', 'what a word of the file means in a field; may be repeated', words)
    .option('--save-mapping', 'keep these settings beside the cases for the next import of this format')
    .option('--prefix <text>', 'goes before every id', prefixText)
    .option('--assertions <file>', 'write what promptfoo asserts beside the labels as scorers, into this module')
    .option('--reviewed', 'you vouch for the labels of the file')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (file: string, options: ImportCommandOptions & { readonly from?: SuiteFormatName }) => {
      const { runImport } = await import('./run.ts');
      await runImport(file, options, context);
    });
}

function pairs(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('Expected field=path, for example annual_income=vars.income.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

type Words = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function words(text: string, before: Words = {}): Words {
  const read = /^([^:=]+):([^=]+)=([\s\S]+)$/.exec(text);
  if (!read) throw new InvalidArgumentError('Expected field:word=value, for example approved:yes=true.');
  const [, field = '', word = '', value = ''] = read;
  return { ...before, [field]: { ...before[field], [word]: jsonOrText(value) } };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function prefixText(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,30}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected small letters, digits and dashes, for example "claims-".');
}
