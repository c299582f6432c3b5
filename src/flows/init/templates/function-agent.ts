import {
  agentFolder,
  fixedDecision,
  fromAgentFolder,
  hasRule,
  importLine,
  lastLines,
  type ProjectPlan,
  schemaImports,
  text,
  type WantedFile,
} from './project-plan.ts';

/** An agent that is an async function: one of the project's own, or a starter. */
export function functionFiles(plan: ProjectPlan): WantedFile[] {
  const { survey, answers } = plan;
  const { ending } = survey;
  const [module = '', name = 'default'] = (answers.existing ?? `${agentFolder}/decide.${ending}#decide`).split('#');
  const from = answers.existing === undefined ? `./decide.${ending}` : fromAgentFolder(module);
  const { imports, input, decision } = schemaImports(plan);
  const agent = [
    "import { functionAgent } from 'docket-evals';",
    importLine(name, from, 'decide'),
    ...imports,
    `import { scorers } from './scorers.${ending}';`,
    '',
    '/** The agent on trial. The file of its function and all that this imports are its fingerprint. */',
    `export const agent = functionAgent<Parameters<typeof ${called(name)}>[0], Awaited<ReturnType<typeof ${called(name)}>>>({`,
    `  name: ${text(answers.name)},`,
    `  source: new URL(${text(from)}, import.meta.url).href,`,
    input,
    decision,
    `  run: async (given) => ({ decision: await ${called(name)}(given) }),`,
    ...lastLines(plan),
  ];
  return [
    { path: `${agentFolder}/agent.${ending}`, text: agent.join('\n'), what: 'the agent' },
    ...(answers.existing === undefined
      ? [{ path: `${agentFolder}/decide.${ending}`, text: starter(plan), what: 'a starter: call your agent here' }]
      : []),
  ];
}

function called(name: string): string {
  return name === 'default' ? 'decide' : name;
}

function starter(plan: ProjectPlan): string {
  if (hasRule(plan))
    return `/** Call your agent here. This rule stands in its place, so that everything runs at once. */
export async function decide({ amount }: { readonly request: string; readonly amount: number }) {
  const approved = amount <= 100;
  return { approved, reason: approved ? 'Up to 100 is approved.' : 'More than 100 needs a person.' };
}
`;
  return `/** Call your agent here. Until then the answer is always the same, so that everything runs. */
export async function decide(_input: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  return ${JSON.stringify(fixedDecision(plan), null, 2).replaceAll('\n', '\n  ')};
}
`;
}
