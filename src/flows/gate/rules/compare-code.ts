import { basename, relative } from 'node:path';
import { filePath, type SourceFiles } from '../../../agent/source-closure.ts';
import type { DescribedAgent } from '../../../contracts/described-agent.ts';
import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { RuleKind } from '../../../contracts/rule-kind.ts';
import type { DescribedConfig } from '../../described-config.ts';
import type { ChangedFiles } from './changed-files.ts';
import { leafDifferences } from './leaf-differences.ts';
import { ruleFiles } from './rule-files.ts';
import { type RuleRow, ruleRow } from './rule-row.ts';
import { codeText, weighingText } from './weighing-text.ts';

/** What both policies say of one of main's cases. */
export interface PolicyDecisions {
  readonly caseId: string;
  readonly main: JsonValue;
  readonly candidate: JsonValue;
}

/**
 * What judges as code: scorers and policy, by what they are made of (files, at any depth, and the data that these files name) and by what they
 * are (names, text, and for the policy what it says of main's cases).
 */
export async function compareCode(
  main: DescribedConfig,
  candidate: DescribedConfig,
  changed: ChangedFiles,
  decided: readonly PolicyDecisions[],
): Promise<RuleRow[]> {
  const [before, after] = await Promise.all([ruleFiles(main), ruleFiles(candidate)]);
  const scorers = fileChanges('scorer', before.scorers, after.scorers, changed);
  const known = new Set(scorers.map(({ where }) => where));
  return [
    ...scorerChanges(main, candidate, changed),
    ...scorers,
    ...fileChanges('policy', before.policy, after.policy, changed).filter(({ where }) => !known.has(where)),
    ...policyChanges(main.agent, candidate.agent, decided),
  ];
}

/** Scorers by name: which went, came, or say something else in the function itself. */
function scorerChanges(main: DescribedConfig, candidate: DescribedConfig, changed: ChangedFiles): RuleRow[] {
  const where = relative(candidate.root, candidate.file);
  const sourceOf = ({ agent, root }: DescribedConfig) =>
    agent.scorersSource === undefined ? undefined : relative(root, filePath(agent.scorersSource));
  const gated = [main, candidate].some(({ gate }) => (gate.relations ?? false) !== false);
  const described = ({ agent }: DescribedConfig): JsonObject =>
    Object.fromEntries([
      ...agent.scorers.map(({ name, scope, text, settings = {} }): [string, JsonObject] => [
        name,
        { scope, ...unplaced(settings, changed), score: text },
      ]),
      // Relations judge only where a gate's options name them.
      ...(gated ? (agent.relations ?? []) : []).map(({ name, kind, text, settings = {} }): [string, JsonObject] => [
        name,
        { relation: kind, ...unplaced(settings, changed), score: text },
      ]),
    ]);
  return [
    ...leafDifferences(sourceOf(main), sourceOf(candidate)).map(({ before, after }) =>
      ruleRow({ what: 'scorer', where, field: 'scorersSource', weighs: true }, before, after),
    ),
    ...leafDifferences(described(main), described(candidate)).map(({ path: [name = '', ...rest], before, after }) =>
      rest.length === 0
        ? ruleRow({ what: 'scorer', where, field: name, weighs: true }, before && 'there', after && 'there')
        : ruleRow({ what: 'scorer', where, field: [name, ...rest].join('.'), weighs: true }, before, after, {
            field: [name, ...rest].join('.'),
            before: isCode(rest, before) ? codeText(before) : before,
            after: isCode(rest, after) ? codeText(after) : after,
          }),
    ),
  ];
}

/** Settings name files by their address in the checkout. */
function unplaced(settings: JsonObject, changed: ChangedFiles): JsonObject {
  const text = JSON.stringify(settings, (_, value: unknown) => (typeof value === 'string' ? changed.unplaced(value) : value));
  return JSON.parse(text) as JsonObject;
}

function isCode(rest: readonly string[], value: JsonValue | undefined): value is string {
  return rest.length === 1 && rest[0] === 'score' && typeof value === 'string';
}

/** Files that differ between the checkouts, data that one of them names, and installed packages of another version. */
function fileChanges(what: RuleKind, before: SourceFiles, after: SourceFiles, changed: ChangedFiles): RuleRow[] {
  const paths = new Set([...before.files.keys(), ...after.files.keys()].flatMap((file) => changed.pathOf(file) ?? []));
  const texts = [...paths].map((path) => Object.values(changed.texts(path)).join('\n')).join('\n');
  // A file without code is read by its name, and no import leads to it.
  const data = changed.paths.filter(
    (path) => !paths.has(path) && /\.(jsonc?|ya?ml|csv|tsv|txt|toml|xml)$/i.test(path) && texts.includes(basename(path)),
  );
  return [
    ...[...paths, ...data].flatMap((path) => firstDifference(what, changed, path)),
    ...otherFiles(what, before, after, changed),
    ...packageChanges(what, before.packages, after.packages),
  ];
}

/** A file that judges on one side only, though both have it as it is: another name or map leads to it. */
function otherFiles(what: RuleKind, before: SourceFiles, after: SourceFiles, changed: ChangedFiles): RuleRow[] {
  const [was, is] = [before, after].map(({ files }) => new Set([...files.keys()].flatMap((file) => changed.pathOf(file) ?? [])));
  return [...new Set([...(was ?? []), ...(is ?? [])])].flatMap((path) => {
    const { before: one, after: other } = changed.texts(path);
    if (one === undefined || one !== other || was?.has(path) === is?.has(path)) return [];
    const [there, here] = [was, is].map((paths) => (paths?.has(path) ? 'judges' : undefined));
    return [ruleRow({ what, where: changed.shownAs(path), field: '', weighs: true }, there, here)];
  });
}

/** The first line that differs stands for the file: it is there to be looked up, and every line of it may judge. */
export function firstDifference(what: RuleKind, changed: ChangedFiles, path: string, weighs = true): RuleRow[] {
  const { before, after } = changed.texts(path);
  if (before === after) return [];
  const where = changed.shownAs(path);
  const whole = { field: 'file', before: before && weighingText(path, before), after: after && weighingText(path, after) };
  const row = (field: string, was?: string, is?: string) => [ruleRow({ what, where, field, weighs }, was, is, whole)];
  if (before === undefined) return row('new file', undefined, after?.split('\n')[0]?.trim());
  if (after === undefined) return row('removed file', before.split('\n')[0]?.trim());
  const [was, is] = [before.split('\n'), after.split('\n')];
  const line = was.findIndex((text, index) => text !== is[index]);
  const place = line === -1 ? was.length : line;
  return row(`line ${place + 1}`, was[place]?.trim(), is[place]?.trim());
}

function packageChanges(what: RuleKind, before: ReadonlySet<string>, after: ReadonlySet<string>): RuleRow[] {
  const versions = (packages: ReadonlySet<string>): JsonObject =>
    Object.fromEntries([...packages].map((each) => [each.slice(0, each.lastIndexOf('@')), each.slice(each.lastIndexOf('@') + 1)]));
  return leafDifferences(versions(before), versions(after)).map((difference) =>
    ruleRow({ what, where: 'package.json', field: difference.path.join('.'), weighs: true }, difference.before, difference.after),
  );
}

function policyChanges(
  { policy: before }: DescribedAgent,
  { policy: after }: DescribedAgent,
  decided: readonly PolicyDecisions[],
): RuleRow[] {
  const place = { what: 'policy', where: 'docket.config.ts', weighs: true } as const;
  if (!before || !after) {
    return before === after ? [] : [ruleRow({ ...place, field: 'policy' }, before && 'there', after && 'there')];
  }
  return [
    ...leafDifferences(before.text, after.text).map((text) => ruleRow({ ...place, field: 'policy' }, text.before, text.after)),
    ...decided.flatMap(({ caseId, main, candidate }) =>
      leafDifferences(main, candidate).map(({ path, before: one, after: other }) =>
        ruleRow({ ...place, where: caseId, field: path.join('.') || 'decision' }, one, other),
      ),
    ),
  ];
}
