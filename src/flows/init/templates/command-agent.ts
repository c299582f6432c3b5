import { agentFolder, fixedDecision, hasRule, lastLines, type ProjectPlan, schemaImports, text, type WantedFile } from './project-plan.ts';

/** An agent that is a program: the project's own command, or a starter in its language. */
export function commandFiles(plan: ProjectPlan): WantedFile[] {
  const { survey, answers } = plan;
  const { python } = survey;
  const starter = python ? `${agentFolder}/decide.py` : `${agentFolder}/decide.mjs`;
  const command = answers.existing === undefined ? [...(python?.program ?? ['node']), starter] : words(answers.existing);
  const { imports, input, decision } = schemaImports(plan);
  const agent = [
    "import { commandAgent } from 'docket-evals';",
    ...imports,
    `import { scorers } from './scorers.${survey.ending}';`,
    '',
    '/** The agent on trial: a program that reads the input as JSON, and writes the decision as JSON. */',
    'export const agent = commandAgent({',
    `  name: ${text(answers.name)},`,
    `  command: [${command.map(text).join(', ')}],`,
    '  source: import.meta.url,',
    "  directory: '..',",
    '  // Files that the program is made of or opens, as patterns. An empty list: every file of the repository.',
    '  reads: [],',
    input,
    decision,
    ...(python?.setup ? [`  setup: [${python.setup.map(text).join(', ')}],`] : []),
    ...lastLines(plan),
  ];
  return [
    { path: `${agentFolder}/agent.${survey.ending}`, text: agent.join('\n'), what: 'the agent' },
    ...(answers.existing === undefined
      ? [{ path: starter, text: python ? pythonStarter(plan) : nodeStarter(plan), what: 'a starter: call your agent here' }]
      : []),
  ];
}

/** A command line as its words; quotes hold blanks together. */
export function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}

function pythonStarter(plan: ProjectPlan): string {
  if (hasRule(plan))
    return `"""Call your agent here. This rule stands in its place, so that everything runs at once."""
import json
import sys

given = json.load(sys.stdin)
approved = given["amount"] <= 100
reason = "Up to 100 is approved." if approved else "More than 100 needs a person."
print(json.dumps({"approved": approved, "reason": reason}))
`;
  return `"""Call your agent here. Until then the answer is always the same, so that everything runs."""
import json
import sys

given = json.load(sys.stdin)
decision = json.loads(${JSON.stringify(JSON.stringify(fixedDecision(plan)))})
print(json.dumps(decision))
`;
}

function nodeStarter(plan: ProjectPlan): string {
  const decision = hasRule(plan)
    ? `const approved = given.amount <= 100;
const decision = { approved, reason: approved ? 'Up to 100 is approved.' : 'More than 100 needs a person.' };`
    : `const decision = ${JSON.stringify(fixedDecision(plan), null, 2)};`;
  return `// Call your agent here. ${hasRule(plan) ? 'This rule stands in its place, so that everything runs at once.' : 'Until then the answer is always the same, so that everything runs.'}
import { text } from 'node:stream/consumers';

const given = JSON.parse(await text(process.stdin));
${hasRule(plan) ? '' : 'void given;\n'}${decision}
process.stdout.write(JSON.stringify(decision));
`;
}
