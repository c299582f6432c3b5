import { relative } from 'node:path';
import type { Command } from 'commander';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';
import { type Cell, tableLines } from '../terminal/table.ts';

const help = `
The current version, which is the one that is deployed, is marked with *. Calls no model.

Examples
  docket versions
  docket versions --json                         with the settings and the text of each prompt

Exit codes
  0 listed    2 configuration error`;

/** `docket versions`: what versions the agent has. */
export function addVersionsCommand(program: Command, context: CommandContext): void {
  program
    .command('versions')
    .summary("list the agent's versions")
    .description("Lists the agent's versions: prompt, tools and model of each.")
    .option('--json', 'print the list as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action((options: { readonly json?: boolean }) => list(options, context));
}

async function list({ json }: { readonly json?: boolean }, { terminal: { out }, invocation }: CommandContext): Promise<void> {
  const { loadConfig } = await import('../../flows/load-config.ts');
  const { describeAgent } = await import('../../agent/describe-agent.ts');
  const { agent, current, cases, root } = await loadConfig(invocation.directory);
  const { name, versions, prompts } = describeAgent(agent);
  const listed = Object.entries(versions).map(([version, { prompt, toolVariant, model, settings = {} }]) => ({
    ...{ name: version, prompt, toolVariant, model, settings },
  }));
  if (json) {
    printJson({ kind: 'versions', agent: name, current, casesFolder: relative(root, cases) || '.', versions: listed, prompts }, out);
    return;
  }
  const header = ['', 'version', 'prompt', 'tools', 'model'].map((text): Cell => [{ text, style: 'dim' }]);
  const rows = listed.map((each) =>
    [each.name === current ? '*' : '', each.name, each.prompt, each.toolVariant, each.model].map(
      (text): Cell => [{ text: plainLine(text) }],
    ),
  );
  for (const line of tableLines({ header, groups: [rows] }, out)) out.line(line);
}
