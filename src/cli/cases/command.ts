import { relative } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../../contracts/docket-error.ts';
import { counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';
import { addAuditCommand } from './audit/command.ts';
import { addDraftCommand } from './draft/command.ts';
import { addExportCommand } from './export/command.ts';
import { addImportCommand } from './import/command.ts';
import { addCasesListCommand } from './ls/command.ts';
import { addReviewCommand } from './review/command.ts';

const lintHelp = `
Checks every file in the cases folder: valid JSON, the case schema (cases/case.schema.json), the agent's own input
schema, and that labels name only decision fields that exist. Warns of what the API would refuse of the agent's tools and
decision schema. Calls no model.

Examples
  docket cases lint
  docket cases lint --json

Exit codes
  0 all cases are valid    2 faults found, each named with file and line`;

/** `docket cases`: the case files, and how traces become cases. */
export function addCasesCommand(program: Command, context: CommandContext): void {
  const cases = program
    .command('cases')
    .summary('list, check, draft, review, import and export the cases')
    .description('Checks case files, drafts new cases and reviews them, and brings suites of other tools in and out.');
  cases
    .command('lint')
    .summary('check every case file')
    .description('Checks every case file and names each fault with file and line.')
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', lintHelp)
    .action((options: { readonly json?: boolean }) => lint(options, context));
  addCasesListCommand(cases, context);
  addDraftCommand(cases, context);
  addReviewCommand(cases, context);
  addAuditCommand(cases, context);
  addImportCommand(cases, context);
  addExportCommand(cases, context);
}

async function lint({ json }: { readonly json?: boolean }, { terminal: { out, note }, invocation, exit }: CommandContext): Promise<void> {
  const { loadConfig } = await import('../../flows/load-config.ts');
  const { loadCases } = await import('../../flows/cases/load-cases.ts');
  const { CaseFaultsError } = await import('../../flows/cases/case-faults.ts');
  const { refusedVersions } = await import('../../flows/refused-versions.ts');
  const { agent, cases } = await loadConfig(invocation.directory);
  for (const line of refusedVersions(agent)) note.line(`warning: the API refuses ${plainLine(line)}`);
  const folder = relative(process.cwd(), cases) || '.';
  const about = { kind: 'cases' as const, agent: agent.name, folder };
  try {
    const loaded = loadCases(cases, agent);
    const faults: InstanceType<typeof CaseFaultsError>['faults'] = [];
    if (json) printJson({ ...about, cases: loaded.map((one) => ({ id: one.case.id, file: one.file })), faults }, out);
    else out.line(`${out.style('green', '✓')} ${counted(loaded.length, 'case')} in ${plainLine(folder)}: no faults.`);
  } catch (error) {
    if (!json || !(error instanceof CaseFaultsError)) throw error;
    printJson({ ...about, faults: error.faults }, out);
    exit(exitCodes.usage);
  }
}
