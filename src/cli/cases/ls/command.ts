import { relative } from 'node:path';
import type { Command } from 'commander';
import { plainLine } from '../../../text/hostile-text.ts';
import { names } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { type Cell, tableLines } from '../../terminal/table.ts';

interface ListOptions {
  readonly tag?: readonly string[];
  readonly drafts?: boolean;
  readonly json?: boolean;
}

const help = `
Examples
  docket cases ls
  docket cases ls --tag border
  docket cases ls --drafts                       what waits for docket cases review
  docket cases ls --json

Exit codes
  0 listed, even if there are none    2 a case or draft is faulty, or configuration error`;

/** `docket cases ls`: a line a case. */
export function addCasesListCommand(cases: Command, context: CommandContext): void {
  cases
    .command('ls')
    .summary('list the cases')
    .description('Lists the cases: id, title, tags, and what the label rests on.')
    .option('--tag <tag>', 'only cases with this tag; can be repeated', names)
    .option('--drafts', 'drafts that wait for a review, in place of cases')
    .option('--json', 'print the list as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action((options: ListOptions) => list(options, context));
}

async function list({ tag: tags = [], drafts, json }: ListOptions, { terminal: { out, note }, invocation }: CommandContext): Promise<void> {
  const { loadConfig } = await import('../../../flows/load-config.ts');
  const { listedCases } = await import('../../../flows/cases/listed-cases.ts');
  const { listedDrafts } = await import('../../../flows/promote/draft-files.ts');
  const config = await loadConfig(invocation.directory);
  const listed = (drafts ? listedDrafts(config.cases) : listedCases(config)).filter((each) => tags.every((tag) => each.tags.includes(tag)));
  if (json) {
    const shown = listed.map(({ file, ...row }) => ({ ...row, file: relative(config.root, file) }));
    printJson({ kind: 'listed-cases', agent: config.agent.name, cases: shown }, out);
    return;
  }
  if (listed.length === 0) {
    note.line(drafts ? 'No draft waits for a review.' : tags.length > 0 ? 'No case has these tags.' : 'There are no cases.');
    return;
  }
  const header = ['case', 'label', 'title'].map((text): Cell => [{ text, style: 'dim' }]);
  const rows = listed.map(({ id, title, critical, disputed, labelSource }) => {
    const notes = [labelSource ?? 'none yet', ...(critical ? ['critical'] : []), ...(disputed ? ['disputed'] : [])];
    return [id, notes.join(', '), title].map((text): Cell => [{ text: plainLine(text) }]);
  });
  for (const line of tableLines({ header, groups: [rows], wholeNames: true }, out)) out.line(line);
}
