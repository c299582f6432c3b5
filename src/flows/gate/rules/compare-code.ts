import { basename, relative } from 'node:path';
import { filePath, type SourceFiles } from '../../../agent/source-closure.ts';
import type { DescribedAgent } from '../../../contracts/described-agent.ts';
import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { RuleChange } from '../../../contracts/rule-change.ts';
import type { RuleKind } from '../../../contracts/rule-kind.ts';
import type { DescribedConfig } from '../../described-config.ts';
import type { ChangedFiles } from './changed-files.ts';
import { leafDifferences } from './leaf-differences.ts';
import { ruleFiles } from './rule-files.ts';
import { ruleRow } from './rule-row.ts';

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
): Promise<RuleChange[]> {
  const [before, after] = await Promise.all([ruleFiles(main), ruleFiles(candidate)]);
  const scorers = fileChanges('scorer', before.scorers, after.scorers, changed);
  const known = new Set(scorers.map(({ where }) => where));
  return [
    ...scorerChanges(main, candidate),
    ...scorers,
    ...fileChanges('policy', before.policy, after.policy, changed).filter(({ where }) => !known.has(where)),
    ...policyChanges(main.agent, candidate.agent, decided),
  ];
}

/** Scorers by name: which went, came, or say something else in the function itself. */
function scorerChanges(main: DescribedConfig, candidate: DescribedConfig): RuleChange[] {
  const where = relative(candidate.root, candidate.file);
  const sourceOf = ({ agent, root }: DescribedConfig) =>
    agent.scorersSource === undefined ? undefined : relative(root, filePath(agent.scorersSource));
  const described = ({ agent }: DescribedConfig): JsonObject =>
    Object.fromEntries(agent.scorers.map(({ name, scope, text, settings = {} }) => [name, { scope, ...settings, score: text }]));
  return [
    ...leafDifferences(sourceOf(main), sourceOf(candidate)).map(({ before, after }) =>
      ruleRow({ what: 'scorer', where, field: 'scorersSource', weighs: true }, before, after),
    ),
    ...leafDifferences(described(main), described(candidate)).map(({ path: [name = '', ...rest], before, after }) =>
      rest.length === 0
        ? ruleRow({ what: 'scorer', where, field: name, weighs: true }, before && 'there', after && 'there')
        : ruleRow({ what: 'scorer', where, field: [name, ...rest].join('.'), weighs: true }, before, after),
    ),
  ];
}

/** Files that differ between the checkouts, data that one of them names, and installed packages of another version. */
function fileChanges(what: RuleKind, before: SourceFiles, after: SourceFiles, changed: ChangedFiles): RuleChange[] {
  const paths = new Set([...before.files.keys(), ...after.files.keys()].flatMap((file) => changed.pathOf(file) ?? []));
  const texts = [...paths].map((path) => Object.values(changed.texts(path)).join('\n')).join('\n');
  // A file without code is read by its name, and no import leads to it.
  const data = changed.paths.filter(
    (path) => !paths.has(path) && /\.(jsonc?|ya?ml|csv|tsv|txt|toml|xml)$/i.test(path) && texts.includes(basename(path)),
  );
  return [
    ...[...paths, ...data].flatMap((path) => firstDifference(what, changed, path)),
    ...packageChanges(what, before.packages, after.packages),
  ];
}

/** The first line that differs stands for the file: it is there to be looked up, and every line of it may judge. */
export function firstDifference(what: RuleKind, changed: ChangedFiles, path: string, weighs = true): RuleChange[] {
  const { before, after } = changed.texts(path);
  if (before === after) return [];
  const where = changed.shownAs(path);
  if (before === undefined) return [ruleRow({ what, where, field: 'new file', weighs }, undefined, after?.split('\n')[0]?.trim())];
  if (after === undefined) return [ruleRow({ what, where, field: 'removed file', weighs }, before.split('\n')[0]?.trim(), undefined)];
  const [was, is] = [before.split('\n'), after.split('\n')];
  const line = was.findIndex((text, index) => text !== is[index]);
  const place = line === -1 ? was.length : line;
  return [ruleRow({ what, where, field: `line ${place + 1}`, weighs }, was[place]?.trim(), is[place]?.trim())];
}

function packageChanges(what: RuleKind, before: ReadonlySet<string>, after: ReadonlySet<string>): RuleChange[] {
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
): RuleChange[] {
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
