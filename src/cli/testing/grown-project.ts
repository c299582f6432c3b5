import { type GateProject, gateFiles, gateProject } from './gate-project.ts';

/** The parcel counter as a grown project has it: scorers and policy in files of their own, scorers that read a table, a critical case. */
export const grownFiles = {
  'package.json': '{ "type": "module" }\n',
  'rules.ts': 'export const limit = 20;\nexport const mayTake = ({ weight }) => ({ accepted: weight <= limit });\n',
  'fees.json': '{ "perKilogram": 2 }\n',
  'fees.ts': `
import { readFileSync } from 'node:fs';
export const { perKilogram } = JSON.parse(readFileSync(new URL('fees.json', import.meta.url), 'utf8'));
`,
  'scorers.ts': `
import { perKilogram } from './fees.ts';
import { expectedDecision, selfConsistency } from '${new URL('../../index.ts', import.meta.url).href}';
import { limit } from './rules.ts';
export const scorers = [
  expectedDecision({ approvalField: 'accepted' }),
  selfConsistency(({ accepted, fee }, { weight }) => [
    ...(fee === (accepted ? weight * perKilogram : 0) ? [] : [{ code: 'wrong-fee', message: \`the fee is \${fee}\` }]),
    ...(accepted && weight > limit ? [{ code: 'over-limit', message: 'takes what is too heavy' }] : []),
  ]),
];
`,
  'agent.ts': gateFiles
    .agent({ scorer: 'scorers.ts' })
    .replace(/ {2}scorers: \[[\s\S]*?\n {2}\],\n/, "  policy: mayTake,\n  approvalField: 'accepted',\n  scorers,\n")
    .replace('import { weigh }', "import { mayTake } from './rules.ts';\nimport { scorers } from './scorers.ts';\nimport { weigh }"),
} as const;

/** One of its files with a piece replaced. */
export function edited(path: keyof typeof grownFiles, from: string, to: string): Readonly<Record<string, string>> {
  const text = grownFiles[path].replace(from, to);
  if (text === grownFiles[path]) throw new Error(`${path} has no "${from}".`);
  return { [path]: text };
}

/** Makes the repository; there is no baseline yet. */
export function grownProject(): GateProject {
  const project = gateProject();
  for (const [path, content] of Object.entries(grownFiles)) project.write(path, content);
  project.write('cases/over-limit.json', gateFiles.parcel('over-limit', 21, false, { critical: true }));
  project.commit('Scorers and policy in files of their own');
  return project;
}
