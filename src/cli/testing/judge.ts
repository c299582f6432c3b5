import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Verdict, verdictSchema } from '../../contracts/verdict.ts';
import { type GateProject, gateFiles } from './gate-project.ts';
import { runHere } from './run-here.ts';
import type { Ended } from './run-process.ts';

/** How a gate ended, with the verdict that it wrote. */
export interface Judged extends Ended {
  readonly verdict: Verdict;
}

/** Runs the gate, without a key, and reads the verdict from where everybody reads it. */
export async function judge(
  project: GateProject,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Judged> {
  const ended = await runHere(['gate', ...words], { directory: project.directory, environment });
  const verdict = verdictSchema.parse(JSON.parse(readFileSync(join(project.directory, 'reports/verdict.json'), 'utf8')));
  if (ended.code !== verdict.exitCode) throw new Error(`ended with ${ended.code}, and the verdict says ${verdict.exitCode}`);
  return { ...ended, verdict };
}

/** A pull request that changes these files. */
export function changing(main: GateProject, files: Readonly<Record<string, string | object>>): GateProject {
  const project = main.branch();
  for (const [path, content] of Object.entries(files)) project.write(path, content);
  return project;
}

/** A prompt that takes every parcel. */
export const laxPrompt = 'You are a clerk. Be kind.\n';

/** What version 1 is made of. */
export const soundVersion = { prompt: 'v1', toolVariant: 'scales', model: 'claude-sonnet-4-6' };

/** The agent's file with other versions. */
export function agentWith(versions: object): string {
  return gateFiles.agent({ versions: JSON.stringify(versions) });
}
