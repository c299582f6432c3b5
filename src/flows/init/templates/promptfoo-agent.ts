import { posix } from 'node:path';
import type { JsonObject } from '../../../contracts/json.ts';
import type { PromptfooProject } from '../promptfoo-project.ts';
import { agentFolder, fixedDecision, hasRule, lastLines, type ProjectPlan, schemaImports, text, type WantedFile } from './project-plan.ts';

/** An agent that promptfoo asks: a prompt, and a provider by its id or a starter. */
export function promptfooFiles(plan: ProjectPlan): WantedFile[] {
  const { survey, answers } = plan;
  const own = survey.promptfoo;
  const known = own?.provider !== undefined && own.provider === answers.existing;
  const promptFile = known ? own.prompt : undefined;
  const { imports, input, decision } = schemaImports(plan);
  const agent = [
    "import { readFileSync } from 'node:fs';",
    "import { promptfooAgent } from 'docket-evals';",
    ...imports,
    `import { scorers } from './scorers.${survey.ending}';`,
    '',
    '/** The agent on trial: a prompt, and a provider as promptfoo writes it. */',
    'export const agent = promptfooAgent({',
    `  name: ${text(answers.name)},`,
    '  source: import.meta.url,',
    '  reads: [],',
    input,
    decision,
    '  versions: {',
    '    v1: {',
    `      prompt: readFileSync(new URL(${text(promptFile && 'file' in promptFile ? fromAgent(promptFile.file) : './prompt.txt')}, import.meta.url), 'utf8'),`,
    `      model: ${text(answers.existing === undefined ? 'file://provider.mjs' : providerFromAgent(answers.existing))},`,
    ...(known && own.config ? [`      options: ${JSON.stringify(own.config)},`] : []),
    '    },',
    '  },',
    ...lastLines(plan),
  ];
  return [
    { path: `${agentFolder}/agent.${survey.ending}`, text: agent.join('\n'), what: 'the agent' },
    ...promptFiles(plan, promptFile),
    ...(answers.existing === undefined
      ? [{ path: `${agentFolder}/provider.mjs`, text: provider(plan), what: 'a starter: name a provider of promptfoo in its place' }]
      : []),
  ];
}

function promptFiles(plan: ProjectPlan, own: PromptfooProject['prompt']): WantedFile[] {
  if (own && 'file' in own) return [];
  return [{ path: `${agentFolder}/prompt.txt`, text: own?.text ?? prompt(plan), what: 'its prompt' }];
}

/** A path of the project, as the agent's folder has it. */
function fromAgent(path: string): string {
  return posix.join('..', path);
}

/** What promptfoo finds beside its own configuration is found from the agent's folder. */
function providerFromAgent(id: string): string {
  return id.replace(/^((?:file|exec|python|golang|ruby):(?:\/\/)?)(?!\/)(\S+)$/, (_, kind: string, path: string) =>
    kind === 'exec:' ? `${kind}${path}` : `${kind}${fromAgent(path)}`,
  );
}

function prompt(plan: ProjectPlan): string {
  const properties = plan.shape.input.schema.properties;
  const names = Object.keys((properties ?? {}) as JsonObject);
  const rule = hasRule(plan) ? 'Approve what costs up to 100, and deny the rest.' : 'Write here by which rules you decide.';
  const schema = JSON.stringify(plan.shape.decision.schema);
  return `${rule} Answer with JSON of this schema, and nothing else: ${schema}\n\n${names.map((name) => `${name}: {{ ${name} | dump }}`).join('\n')}\n`;
}

function provider(plan: ProjectPlan): string {
  const rule = hasRule(plan)
    ? `    const amount = Number(/^amount: (.*)$/m.exec(prompt)?.[1]);
    const limit = Number(/up to (\\d+)/.exec(prompt)?.[1]);
    const approved = amount <= limit;
    const decision = { approved, reason: approved ? \`Up to \${limit} is approved.\` : \`More than \${limit} is denied.\` };`
    : `    const decision = ${JSON.stringify(fixedDecision(plan), null, 2).replaceAll('\n', '\n    ')};`;
  return `// Stands in for a model, and is none. Name a provider of promptfoo in its place, openai:gpt-5-mini for example.
export default class StandIn {
  id() {
    return 'stand-in';
  }

  async callApi(${hasRule(plan) ? 'prompt' : ''}) {
${rule}
    return { output: JSON.stringify(decision) };
  }
}
`;
}
