import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fingerprintParts } from '../../../agent/fingerprint.ts';
import type { Version } from '../../../agent/version.ts';
import { resolveVersion } from '../../../agent/version.ts';
import { canonicalJson } from '../../../contracts/canonical-json.ts';
import type { DescribedVersion } from '../../../contracts/described-agent.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { ModelMode } from '../../../contracts/model-mode.ts';
import type { RuleChange } from '../../../contracts/rule-change.ts';
import type { Baseline } from '../../../gate/baseline-file.ts';
import type { DescribedConfig } from '../../described-config.ts';
import type { PreparedVersion } from '../../session.ts';
import type { Suite } from '../1-load-suite.ts';
import { readableBaseline } from '../baseline-store.ts';
import type { ChangedFiles as ChangedPaths } from '../changed-files.ts';
import type { UnlistedChanges } from '../unlisted-changes.ts';
import { readWaivers } from '../waiver-store.ts';
import { ChangedFiles } from './changed-files.ts';
import { compareCalibrations } from './compare-calibrations.ts';
import { compareCases } from './compare-cases.ts';
import { compareCode, type PolicyDecisions } from './compare-code.ts';
import { compareBaselines, compareWaivers } from './compare-records.ts';
import { compareSettings } from './compare-settings.ts';
import { compareSurroundings } from './compare-surroundings.ts';
import { declaresAgent } from './rule-files.ts';
import { type RuleRow, shownRow } from './rule-row.ts';

/** How the pull request's rules differ from main's, and whether it changes the agent as well. */
export interface RuleComparison {
  /** What weighs first. */
  readonly changes: readonly RuleChange[];
  /** True when a rule that weighs and the agent change together: then nothing passes without an approval. */
  readonly withAgent: boolean;
  /** True when the agent is another one than main's, whatever became of the rules. */
  readonly agentChanged: boolean;
  /** True also when a file changed in which agent and rules are put together. */
  readonly agentMayDiffer: boolean;
  /** What an approval is given for: every difference that weighs, and waivers. Undefined when there is none. */
  readonly proposed: readonly string[] | undefined;
}

export interface ComparedRules {
  readonly config: DescribedConfig;
  readonly mainConfig: DescribedConfig;
  /** What differs from the merge base. */
  readonly changed: ChangedPaths;
  readonly baseline: Baseline;
  readonly mode: ModelMode;
  readonly suite: Suite;
  readonly candidate: Pick<PreparedVersion, 'version'>;
  readonly main: Pick<PreparedVersion, 'version'>;
  readonly policies: readonly PolicyDecisions[];
  /** Changed files that no part of the fingerprint counts: those that are no rules are taken for the agent's. */
  readonly unlisted: Pick<UnlistedChanges, 'paths'>;
}

/**
 * Compares main's docket (cases, labels, scorers, policy, options and what surrounds them) with the pull request's. Until a judge of main's own
 * judges, the rules of the pull request do; so it is told what it changes of them, and a change of the agent does not pass by them.
 */
export async function compareRules(rules: ComparedRules): Promise<RuleComparison> {
  const rows = await ruleRows(rules);
  const changes = rows.map(shownRow);
  const changed = ChangedFiles.between(rules.mainConfig, rules.config, rules.changed);
  const places = new Set(changes.map(({ where }) => where));
  const beside = rules.unlisted.paths.map((path) => changed.shownAs(path)).filter((path) => !places.has(path));
  const agentChanged = (await isAgentChanged(rules)) || beside.some((path) => !isFrame(rules.config, path));
  const agentMayDiffer = agentChanged || beside.length > 0;
  const withAgent = await changesTogether(rules, changes, agentChanged);
  return { changes: weighingFirst(changes), withAgent, agentChanged, agentMayDiffer, proposed: proposedBy(rows) };
}

/** Every difference between the two dockets, from what is checked out of both. */
export async function ruleRows({
  config,
  mainConfig,
  suite,
  baseline,
  mode,
  policies,
  ...rest
}: Pick<ComparedRules, 'config' | 'mainConfig' | 'changed' | 'suite' | 'baseline' | 'mode' | 'policies'>): Promise<RuleRow[]> {
  const changed = ChangedFiles.between(mainConfig, config, rest.changed);
  // A damaged file of the pull request judges nothing; that it is no baseline is told as its removal.
  const here = readableBaseline(config.root);
  return [
    ...compareCases({
      before: suite.before,
      after: suite.here,
      folder: relative(config.root, config.cases) || '.',
      tombstones: here?.tombstones ?? [],
    }),
    ...(await compareCode(mainConfig, config, changed, policies)),
    ...compareSettings(mainConfig, config, mode),
    ...compareBaselines(baseline, here),
    ...compareWaivers(suite.waivers, readWaivers(config.root)),
    ...compareCalibrations(mainConfig.root, config.root),
    ...(await compareSurroundings(mainConfig, config, changed, mode)),
  ];
}

/** What an approval is given for, sorted; undefined when nothing weighs. A waiver weighs once somebody approved it. */
export function proposedBy(rows: readonly RuleRow[]): string[] | undefined {
  const weighing = rows.filter(({ weighs, what }) => weighs || what === 'waiver');
  return weighing.length === 0 ? undefined : [...new Set(weighing.flatMap(({ identity }) => identity ?? []))].sort();
}

/** Files in which agent and rules are put together, and cases: what they make is compared as rules are. */
function isFrame({ root, file, cases }: DescribedConfig, path: string): boolean {
  const place = join(root, path);
  if (place === file || place.startsWith(`${cases}${sep}`)) return true;
  return existsSync(place) && statSync(place).isFile() && declaresAgent(readFileSync(place, 'utf8'));
}

/** The rows that can make a difference before those that are only told. */
export function weighingFirst(changes: readonly RuleChange[]): RuleChange[] {
  return [...changes.filter(({ weighs }) => weighs), ...changes.filter(({ weighs }) => !weighs)];
}

async function changesTogether({ config, mainConfig }: ComparedRules, changes: readonly RuleChange[], agentChanged: boolean) {
  const weighing = changes.filter(({ weighs }) => weighs);
  if (weighing.length === 0) return false;
  if (!weighing.every(({ what }) => what === 'current')) return agentChanged;
  // To move to a version that main has as it is, is judged like any other change. A new version comes first, and is moved to afterwards.
  return (await isEdited(config, mainConfig, mainConfig.current)) || (await isNew(config, mainConfig, config.current));
}

/** The version on trial differs from main's, or the one that is to run does, or the one that main runs was edited behind another name. */
async function isAgentChanged({ config, mainConfig, candidate, main }: ComparedRules): Promise<boolean> {
  const there = { config: mainConfig, prepared: main };
  const current = prepared(config, config.current);
  return (
    (await partsDiffer({ config, prepared: candidate }, there)) ||
    !current ||
    (await partsDiffer({ config, prepared: current }, there)) ||
    (await isEdited(config, mainConfig, mainConfig.current))
  );
}

/** True when the version of that name is another one here than on main; a name that only one side has says nothing. */
async function isEdited(config: DescribedConfig, main: DescribedConfig, reference: string): Promise<boolean> {
  const [here, there] = [prepared(config, reference), prepared(main, reference)];
  return here !== undefined && there !== undefined && partsDiffer({ config, prepared: here }, { config: main, prepared: there });
}

/** True when main has no version like this one, neither under its name nor as the one that it runs: a new name alone is no new version. */
async function isNew(config: DescribedConfig, main: DescribedConfig, reference: string): Promise<boolean> {
  const [here, there] = [prepared(config, reference), prepared(main, reference) ?? prepared(main, main.current)];
  return !here || !there || partsDiffer({ config, prepared: here }, { config: main, prepared: there });
}

type Side = { readonly config: DescribedConfig; readonly prepared: { readonly version: DescribedVersion | Version } };

function prepared({ agent }: DescribedConfig, reference: string): { readonly version: DescribedVersion } | undefined {
  try {
    return { version: resolveVersion(agent, reference) };
  } catch (error) {
    if (error instanceof DocketError) return undefined;
    throw error;
  }
}

/** By everything that makes a version but the simulated model, which is a rule: asked as a live one, a version has none. */
async function partsDiffer(one: Side, other: Side): Promise<boolean> {
  // A version that nobody asked who answers for it is compared without that.
  const asked = [one, other].every(({ prepared: { version } }) => 'served' in version);
  const versions = [one, other].map(({ config, prepared: { version } }) => {
    const { served: _, ...code } = version as DescribedVersion;
    return [config.agent, asked ? version : (code as typeof version)] as const;
  });
  // Which of the other files are the agent's is known by name: those that are rules are told apart there.
  const [first, second] = await Promise.all(
    versions.map(([agent, version]) => fingerprintParts(agent, version, { mode: 'live', settings: {} }, { others: false })),
  );
  return canonicalJson({ ...first }) !== canonicalJson({ ...second });
}
