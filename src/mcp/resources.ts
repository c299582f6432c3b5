import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import { visibleText } from '../text/hostile-text.ts';
import { traceViews } from '../traces/store/trace-views.ts';
import { fenced } from './fence.ts';
import type { McpProject } from './mcp-project.ts';
import { casesOf, fileText } from './project-cases.ts';

const reports = ['verdict.json', 'mutation.json', 'improvement-plan.json', 'improvement-plan.md', 'evaluation.json'] as const;
const call = { signal: new AbortController().signal, progress: () => {} };

/** Registers what can be read by address: the project's map, its cases, prompts and reports, and the columns of the traces. */
export function registerResources(server: McpServer, project: McpProject): void {
  server.registerResource(
    'map',
    'docket://map',
    { title: 'The project', description: 'What this project is, where things are, and how the loop goes.', mimeType: 'text/markdown' },
    async (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/markdown', text: await mapOf(project) }] }),
  );
  server.registerResource(
    'traces-schema',
    'docket://schema/traces',
    { title: 'Columns of the traces', description: 'The views that query_traces reads.', mimeType: 'text/plain' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: traceViews }] }),
  );
  server.registerResource(
    'case',
    new ResourceTemplate('docket://cases/{id}', {
      list: async () => ({
        resources: (await casesOf(project, call, false)).map(({ id, title }) => ({
          uri: `docket://cases/${encodeURIComponent(id)}`,
          name: visibleText(id),
          title: visibleText(title),
        })),
      }),
    }),
    { title: 'A case', description: 'A reviewed case, as its file has it, marked as recorded.', mimeType: 'text/plain' },
    async (uri, { id }) => {
      const found = (await casesOf(project, call, false)).find((each) => each.id === id);
      if (!found) throw new DocketError(`There is no case "${String(id)}".`);
      return { contents: [{ uri: uri.href, mimeType: 'text/plain', text: fenced(visibleText(fileText(project, found.file))) }] };
    },
  );
  server.registerResource(
    'prompt',
    new ResourceTemplate('docket://prompts/{name}', {
      list: async () => ({
        resources: Object.keys(await promptsOf(project)).map((name) => ({ uri: `docket://prompts/${name}`, name })),
      }),
    }),
    { title: 'A prompt', description: "A prompt of the agent's versions.", mimeType: 'text/markdown' },
    async (uri, { name }) => {
      const prompts = await promptsOf(project);
      const text = Object.hasOwn(prompts, String(name)) ? prompts[String(name)] : undefined;
      if (text === undefined) throw new DocketError(`There is no prompt "${String(name)}". There are: ${Object.keys(prompts).join(', ')}.`);
      return { contents: [{ uri: uri.href, mimeType: 'text/markdown', text }] };
    },
  );
  for (const name of reports) {
    server.registerResource(
      name,
      `docket://reports/${name}`,
      { title: name, description: `reports/${name}, as the last run wrote it.` },
      (uri) => ({ contents: [{ uri: uri.href, text: fenced(visibleText(fileText(project, `reports/${name}`))) }] }),
    );
  }
}

const versionsSchema = z.object({
  agent: z.string(),
  current: z.string(),
  casesFolder: z.string(),
  prompts: z.record(z.string(), z.string()),
});

async function promptsOf(project: McpProject): Promise<Readonly<Record<string, string>>> {
  return versionsSchema.parse((await project.command(['versions'], call)).json).prompts;
}

async function mapOf(project: McpProject): Promise<string> {
  const { agent, current, casesFolder, prompts } = versionsSchema.parse((await project.command(['versions'], call)).json);
  return `# ${agent}

- Deployed version: ${current}. Prompts: ${Object.keys(prompts).join(', ')} (docket://prompts/<name>).
- Cases: ${casesFolder}, one JSON file each (docket://cases/<id>); drafts that wait for a person in ${casesFolder}/drafts.
- Reports: reports/ (docket://reports/<name>). Traces: query_traces, with docket://schema/traces.

The loop: traces_summary and list_traces show what happened; get_trace shows one run. A change goes into a new version's prompt or tools.
run_trials and compare_versions show what it does; gate says whether it may merge. draft_case makes a case of a run.
A person reviews cases (docket cases review), accepts baselines, writes waivers and merges. No tool does.
`;
}
