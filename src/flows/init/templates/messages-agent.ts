import { agentFolder, fixedDecision, hasRule, lastLines, type ProjectPlan, schemaImports, text, type WantedFile } from './project-plan.ts';

const model = 'claude-sonnet-4-6';

/** An agent of Docket's own tool loop: a prompt, tools and the schema of its decision. */
export function messagesFiles(plan: ProjectPlan): WantedFile[] {
  const { survey, answers, shape } = plan;
  const { ending } = survey;
  const { imports, input } = schemaImports(plan);
  const [, inputImport = ''] = imports;
  const isZod = shape.input.module !== undefined;
  const agent = [
    "import { readFileSync } from 'node:fs';",
    "import { defineAgent, defineToolVariant } from 'docket-evals';",
    ...(isZod ? [] : ["import { z } from 'zod';"]),
    inputImport,
    `import { scorers } from './scorers.${ending}';`,
    `import { simulator } from './simulator.${ending}';`,
    `import { userMessage } from './user-message.${ending}';`,
    '',
    '/** The agent on trial: what it is told, its tools, and the versions of it. */',
    'export const agent = defineAgent({',
    `  name: ${text(answers.name)},`,
    isZod ? input : '  input: z.fromJSONSchema(input as never) as z.ZodType<Record<string, unknown>>,',
    "  prompts: { v1: readFileSync(new URL('./prompt.md', import.meta.url), 'utf8') },",
    '  // A tool is a file tools/<name>.json below this folder, and a function by its name here.',
    "  toolVariants: { v1: defineToolVariant<object, object, object>({ directory: new URL('./v1/', import.meta.url), tools: {} }) },",
    `  versions: { v1: { prompt: 'v1', toolVariant: 'v1', model: ${text(model)} } },`,
    '  userMessage,',
    '  simulator,',
    ...lastLines(plan),
  ];
  return [
    { path: `${agentFolder}/agent.${ending}`, text: agent.join('\n'), what: 'the agent' },
    { path: `${agentFolder}/prompt.md`, text: prompt(plan), what: 'its prompt' },
    { path: `${agentFolder}/v1/decision.json`, text: `${JSON.stringify(shape.decision.schema, null, 2)}\n`, what: 'what it answers' },
    { path: `${agentFolder}/user-message.${ending}`, text: userMessage, what: 'what it is asked' },
    { path: `${agentFolder}/simulator.${ending}`, text: simulator(plan), what: 'who answers where there is no key: no model' },
  ];
}

const userMessage = `/** What the model is told of an input. */
export const userMessage = {
  source: import.meta.url,
  render: (input: object) => JSON.stringify(input, null, 2),
};
`;

function prompt(plan: ProjectPlan): string {
  return hasRule(plan)
    ? 'You decide requests. Approve what costs up to 100, deny the rest, and give the reason in one sentence.\n'
    : 'You decide. Write here by which rules.\n';
}

function simulator(plan: ProjectPlan): string {
  const answer = hasRule(plan)
    ? `    const amount = /amount\\W+([\\d.]+)/.exec(JSON.stringify(request.messages[0]))?.[1];
    const limit = /up to (\\d+)/.exec(JSON.stringify(request.system))?.[1];
    const approved = Number(amount) <= Number(limit);
    const decision = { approved, reason: approved ? \`Up to \${limit} is approved.\` : \`More than \${limit} is denied.\` };`
    : `    const decision = ${JSON.stringify(fixedDecision(plan), null, 2).replaceAll('\n', '\n    ')};`;
  return `import type { Simulator } from 'docket-evals';

/**
 * Who answers where there is no key. No model, and every run says so; what it decides says nothing about one. Take it out of agent.${plan.survey.ending} once
 * there is a key, or recorded answers.
 */
export const simulator: Simulator = {
  source: import.meta.url,
  respond(${hasRule(plan) ? 'request' : ''}) {
${answer}
    return { content: [{ type: 'text', text: JSON.stringify(decision) }], stopReason: 'end_turn' };
  },
};
`;
}
