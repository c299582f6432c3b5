import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { structuredPatch } from 'diff';
import { readPaths } from '../../../agent/read-files.ts';
import { runnerSources } from '../../../agent/runner-sources.ts';
import { type ClosureStart, filePath, sourceClosure } from '../../../agent/source-closure.ts';
import { withoutAttached } from '../../../contracts/attachment.ts';
import type { Attribution, Part } from '../../../contracts/attribution.ts';
import { sha256 } from '../../../contracts/canonical-json.ts';
import { type Factor, factors } from '../../../contracts/factor.ts';
import type { TextDiff } from '../../../contracts/text-diff.ts';
import { counted } from '../../../text/figures.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import type { GateArm } from '../3-run-rounds.ts';
import type { Arm } from '../ledger.ts';
import type { ChangedParts } from './changed-parts.ts';
import { changedText } from './files-of-parts.ts';

type Diff = Attribution['diffs'][number];

/** Most lines of all diffs of one verdict, and longest line, in characters. */
const mostLines = 120;
const longestLine = 400;
/** Longer texts are not compared: that would hold the verdict up. */
const longestText = 200_000;

/** A part as texts; what has the same key on both sides is compared, whatever it is called. */
type Texts = ReadonlyMap<string, { readonly title: string; readonly text: string }>;

/** How the given parts changed: prompts and definitions as the model gets them, code by files. */
export async function diffsOf(
  arms: Readonly<Record<Arm, GateArm>>,
  factors: readonly Part[],
  { accused, changed }: { readonly accused: LoadedCase; readonly changed: ChangedParts },
): Promise<Diff[]> {
  const diffs: Diff[] = [];
  let room = mostLines;
  for (const factor of factors) {
    const side = (arm: GateArm) => partTexts(factor, arm, accused, changed);
    const [before, after] = [await side(arms.baseline), await side(arms.candidate)];
    for (const key of new Set([...after.keys(), ...before.keys()])) {
      const [from, to] = [before.get(key), after.get(key)];
      if (from?.text === to?.text) continue;
      const title = [...new Set([from, to].flatMap((each) => each?.title ?? []))].join(' → ');
      if (diffs.some((each) => each.title === title)) continue;
      const diff = textDiff(title, from?.text ?? '', to?.text ?? '', room);
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

/** Of an agent that answers by itself: what its version says, and the files that changed. */
async function partTexts(part: Part, arm: GateArm, accused: LoadedCase, { own, rest }: ChangedParts): Promise<Texts> {
  if (!own) return part === 'rest' ? changedTexts(arm, rest) : textsOf(part as Factor, arm, accused);
  const paths = own.files.get(part) ?? [];
  const files = await changedTexts(arm, part === 'rest' || part === 'code' ? [...paths, ...own.manifests] : paths);
  const variables = Object.entries(arm.prepared.version.factors?.[part]?.environment ?? {}).map(([name, hash]): [string, string] => [
    `variable ${name}`,
    hash === null ? 'not set' : `a value with the hash ${hash.slice(0, 12)}`,
  ]);
  const said = isFactor(part) && !byFile.includes(part) ? await textsOf(part, arm, accused) : texts();
  return new Map([...said, ...texts(...variables), ...files]);
}

/** Parts that are told by the files in them. */
const byFile: readonly Part[] = ['tools', 'userMessage', 'reads'];

function isFactor(part: Part): part is Factor {
  return Object.hasOwn(factors, part);
}

async function changedTexts(arm: GateArm, rest: readonly string[]): Promise<Texts> {
  const found = await Promise.all(rest.map(async (path) => [path, await changedText(path, arm)] as const));
  return texts(...found.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
}

async function textsOf(factor: Factor, arm: GateArm, accused: LoadedCase): Promise<Texts> {
  const { config } = arm;
  const { agent } = config;
  const { mode } = arm.session;
  const { version } = arm.prepared;
  const code = (sources: Readonly<Record<string, string>>) => codeTexts(config.root, { sources, docket: agent.docket, root: agent.root });
  switch (factor) {
    case 'prompt':
      return texts(['prompt', version.prompt.text]);
    case 'userMessage':
      return code({ 'user message': (version.toolVariant.userMessage ?? agent.userMessage).source });
    case 'tools':
      return new Map([
        ...texts(
          ...[...version.toolVariant.definitions, ...(version.toolVariant.providerTools ?? [])].map((definition): [string, string] => [
            `tool ${definition.name}`,
            pretty(definition),
          ]),
        ),
        ...(await code(Object.fromEntries(version.toolVariant.tools.map(({ name, source }) => [name, source])))),
      ]);
    case 'decisionSchema':
      return texts(['decision schema', pretty(version.toolVariant.decisionJsonSchema)]);
    case 'inputSchema':
      // What functions in the schema do shows in what they make of an input.
      return texts(
        ['input schema', pretty(version.toolVariant.inputStructure ?? agent.inputStructure)],
        [`input of ${accused.case.id}, as parsed`, pretty(withoutAttached(arm.inputOf(accused).input))],
      );
    case 'model':
      return texts(['model', version.model]);
    case 'settings':
      return texts(['settings', pretty(version.settings)]);
    case 'reads':
      return fileTexts(config.root, readPaths(agent));
    case 'simulator':
      return agent.simulator ? code({ simulator: agent.simulator.source }) : texts();
    case 'runner':
      return agent.docket === undefined ? texts() : code(runnerSources(agent.docket, mode, agent.own?.kind));
    case 'mode':
      return texts(['mode', mode]);
    case 'endpoint':
      return texts(['model server', arm.session.model.endpoint ?? 'none']);
  }
}

function texts(...pairs: readonly (readonly [title: string, text: string])[]): Texts {
  return new Map(pairs.map(([title, text]) => [title, { title, text }]));
}

/** The named files by what they are for, so that one that took another's place is compared with it, and what they import by path. */
async function codeTexts(root: string, start: ClosureStart): Promise<Texts> {
  const { files, packages } = await sourceClosure(start);
  const identities = [...new Set(packages.map(({ identity }) => identity))].sort();
  const named = Object.entries(start.sources).map(([name, source]) => [`code of ${name}`, filePath(source)] as const);
  const heads = new Set(named.map(([, file]) => file));
  return new Map([
    ...named.map(([key, file]) => [key, fileText(root, file)] as const),
    ...fileTexts(
      root,
      [...files.keys()].filter((file) => !heads.has(file)),
    ),
    ...(identities.length === 0 ? [] : texts(['packages', identities.join('\n')])),
  ]);
}

function fileTexts(root: string, files: readonly string[]): Texts {
  return new Map(files.toSorted().map((file) => [relative(root, file), fileText(root, file)]));
}

function fileText(root: string, file: string) {
  return { title: relative(root, file), text: textOf(readFileSync(file)) };
}

/** What is no text is named by its hash. */
function textOf(content: Buffer): string {
  return content.includes(0)
    ? `${counted(content.length, 'byte')}, ${sha256(content.toString('latin1')).slice(0, 12)}`
    : content.toString('utf8');
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}
