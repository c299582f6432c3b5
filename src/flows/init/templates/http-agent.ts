import { agentFolder, fixedDecision, hasRule, lastLines, type ProjectPlan, schemaImports, text, type WantedFile } from './project-plan.ts';

/** An agent that is a service: one that runs somewhere, or a starter that each checkout starts for itself. */
export function httpFiles(plan: ProjectPlan): WantedFile[] {
  const { survey, answers } = plan;
  const { imports, input, decision } = schemaImports(plan);
  const starter = `${agentFolder}/server.mjs`;
  const place =
    answers.existing === undefined
      ? [
          "  url: '/decide',",
          '  // Each checkout starts its own server, on a free port, so that a gate compares what both really answer.',
          `  serve: { command: ['node', ${text(starter)}], directory: '..', ready: '/health' },`,
          '  // Files that the server is made of or opens, as patterns. An empty list: every file of the repository.',
          '  reads: [],',
        ]
      : [
          `  url: ${text(answers.existing)},`,
          '  // How the server says which version it is; without an answer every gate ends as not evaluated. Or start it from the checkout: "serve".',
          "  versionFrom: { header: 'x-agent-version' },",
        ];
  const agent = [
    "import { httpAgent } from 'docket-evals';",
    ...imports,
    `import { scorers } from './scorers.${survey.ending}';`,
    '',
    '/** The agent on trial: an endpoint that is sent the input as JSON, and answers with the decision as JSON. */',
    'export const agent = httpAgent({',
    `  name: ${text(answers.name)},`,
    '  source: import.meta.url,',
    ...place,
    input,
    decision,
    ...lastLines(plan),
  ];
  return [
    { path: `${agentFolder}/agent.${survey.ending}`, text: agent.join('\n'), what: 'the agent' },
    ...(answers.existing === undefined ? [{ path: starter, text: server(plan), what: 'a starter: your service goes in its place' }] : []),
  ];
}

function server(plan: ProjectPlan): string {
  const rule = hasRule(plan)
    ? `  const { amount } = JSON.parse(await text(request));
  const approved = amount <= 100;
  return { approved, reason: approved ? 'Up to 100 is approved.' : 'More than 100 needs a person.' };`
    : `  JSON.parse(await text(request));
  return ${JSON.stringify(fixedDecision(plan), null, 2).replaceAll('\n', '\n  ')};`;
  return `// Your service goes here. ${hasRule(plan) ? 'This rule stands in its place, so that everything runs at once.' : 'Until then the answer is always the same, so that everything runs.'}
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

async function decide(request) {
${rule}
}

createServer(async (request, response) => {
  if (request.url === '/health') return response.end('ok');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(await decide(request)));
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
`;
}
