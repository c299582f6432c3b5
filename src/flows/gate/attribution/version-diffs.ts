import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { structuredPatch } from 'diff';
import { inputStructure } from '../../../agent/input-structure.ts';
import { readPaths } from '../../../agent/read-files.ts';
import { runnerSources } from '../../../agent/runner-sources.ts';
import { type ClosureStart, sourceClosure } from '../../../agent/source-closure.ts';
import type { Attribution } from '../../../contracts/attribution.ts';
import { sha256 } from '../../../contracts/canonical-json.ts';
import type { Factor } from '../../../contracts/factor.ts';
import type { TextDiff } from '../../../contracts/text-diff.ts';
import type { LoadedCase } from '../../evaluate/1-load-cases.ts';
import type { GateArm } from '../3-run-rounds.ts';
import type { Arm } from '../ledger.ts';

type Diff = Attribution['diffs'][number];

/** Most lines of all diffs of one verdict, and longest line, in characters. */
const mostLines = 120;
const longestLine = 400;
/** Longer texts are not compared: that would hold the verdict up. */
const longestText = 200_000;

/** A part as texts, by title. */
type Texts = ReadonlyMap<string, string>;

/** How the given parts changed: prompts and definitions as the model gets them, code by files. */
export async function diffsOf(arms: Readonly<Record<Arm, GateArm>>, factors: readonly Factor[], accused: LoadedCase): Promise<Diff[]> {
  const diffs: Diff[] = [];
  let room = mostLines;
  for (const factor of factors) {
    const [before, after] = [await textsOf(factor, arms.baseline, accused), await textsOf(factor, arms.candidate, accused)];
    for (const title of new Set([...before.keys(), ...after.keys()])) {
      const [from, to] = [before.get(title) ?? '', after.get(title) ?? ''];
      if (from === to) continue;
      const diff = textDiff(title, from, to, room);
      room -= diff.lines.length;
      diffs.push({ factor, ...diff });
    }
  }
  return diffs;
}

/** Compares two texts line by line, with two unchanged lines around; no more lines than there is room for. */
export function textDiff(title: string, from: string, to: string, room: number): TextDiff {
  if (from.length + to.length > longestText) return { title, lines: [], leftOut: Math.max(from.split('\n').length, to.split('\n').length) };
  const { hunks } = structuredPatch('', '', ended(from), ended(to), '', '', { context: 2 });
  const lines = hunks.flatMap((hunk, index) => [
    ...(index > 0 || hunk.oldStart > 1 ? [{ kind: 'gap' as const, text: `line ${hunk.newStart}` }] : []),
    ...hunk.lines.map((line) => ({ kind: kinds[line.charAt(0)] ?? ('same' as const), text: clipped(line.slice(1)) })),
  ]);
  const shown = lines.slice(0, Math.max(0, room));
  const leftOut = lines.slice(shown.length).filter(({ kind }) => kind === 'added' || kind === 'removed').length;
  return { title, lines: shown, leftOut };
}

const kinds: Readonly<Record<string, 'added' | 'removed'>> = { '+': 'added', '-': 'removed' };

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function clipped(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}

async function textsOf(factor: Factor, arm: GateArm, accused: LoadedCase): Promise<Texts> {
  const { agent, config, mode } = arm.session;
  const { version } = arm.prepared;
  const files = (sources: Readonly<Record<string, string>>) =>
    sourceTexts(config.root, { sources, docket: agent.docket, root: agent.root });
  switch (factor) {
    case 'prompt':
      return new Map([['prompt', version.prompt.text]]);
    case 'userMessage':
      return files({ 'user message': agent.userMessage.source });
    case 'tools':
      return new Map([
        ...version.toolVariant.definitions.map((definition): [string, string] => [`tool ${definition.name}`, pretty(definition)]),
        ...(await files(Object.fromEntries([...version.toolVariant.tools].map(([name, { source }]) => [name, source])))),
      ]);
    case 'decisionSchema':
      return new Map([['decision schema', pretty(version.toolVariant.decisionJsonSchema)]]);
    case 'inputSchema':
      return new Map([
        ['input schema', pretty(inputStructure(agent.input))],
        // What functions in the schema do shows in what they make of an input.
        [`input of ${accused.case.id}, as parsed`, pretty(arm.inputOf(accused).input)],
      ]);
    case 'model':
      return new Map([['model', version.model]]);
    case 'settings':
      return new Map([['settings', pretty(version.settings)]]);
    case 'reads':
      return fileTexts(config.root, readPaths(agent));
    case 'simulator':
      return agent.simulator ? files({ simulator: agent.simulator.source }) : new Map();
    case 'runner':
      return agent.docket === undefined ? new Map() : files(runnerSources(agent.docket, mode));
    case 'mode':
      return new Map([['mode', mode]]);
  }
}

async function sourceTexts(root: string, start: ClosureStart): Promise<Texts> {
  const { files, packages } = await sourceClosure(start);
  const identities = [...new Set(packages.map(({ identity }) => identity))].sort();
  return new Map([
    ...fileTexts(root, [...files.keys()]),
    ...(identities.length === 0 ? [] : [['packages', identities.join('\n')] as const]),
  ]);
}

function fileTexts(root: string, files: readonly string[]): Texts {
  return new Map(files.toSorted().map((file) => [relative(root, file), textOf(readFileSync(file))]));
}

/** What is no text is named by its hash. */
function textOf(content: Buffer): string {
  return content.includes(0) ? `${content.length} bytes, ${sha256(content.toString('latin1')).slice(0, 12)}` : content.toString('utf8');
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}
