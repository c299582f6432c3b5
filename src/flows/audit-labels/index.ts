import type { Agent } from '../../agent/define-agent.ts';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import type { Case } from '../../contracts/case.ts';
import { againstVersions, type VersionDecisions } from '../../review/against-versions.ts';
import { auditLabels } from '../../review/audit-labels.ts';
import type { AuditRules } from '../../review/audit-rules.ts';
import { caseText } from '../../review/case-text.ts';
import type { LabelSuspect } from '../../review/label-suspect.ts';
import { shownDecision } from '../../review/shown-decision.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import { saveChanges } from '../cases/save-changes.ts';
import { meetsLabel } from '../label-agreement.ts';
import type { LoadedConfig } from '../load-config.ts';
import type { PreparedVersion } from '../session.ts';

/** What the labels of a project are held against. */
export interface AuditRequest {
  readonly config: LoadedConfig;
  /** Stored trials of these versions are a witness, too: one list a model mode, the most trusted first. Modes are never mixed. */
  readonly witnesses?: readonly (readonly PreparedVersion[])[];
  readonly store?: TrialStore;
  /** Series in which the trials are stored. */
  readonly series: string;
}

/** Suspects with the case they are about. */
export interface LabelAudit {
  readonly cases: readonly LoadedCase[];
  readonly suspects: readonly LabelSuspect[];
  /** Cases whose labels unrelated versions could be held against. */
  readonly triedCases: number;
}

/**
 * Compares every label with the policy, with the other labels and with what stored trials of unrelated versions agree on. Calls no model.
 * @throws {DocketError} for faulty cases
 */
export async function auditProject({ config, witnesses = [], store, series }: AuditRequest): Promise<LabelAudit> {
  const { agent } = config;
  const cases = loadCases(config.cases, agent);
  const rules = auditRules(agent);
  const suspects = auditLabels(cases, rules);
  const accused = new Set(suspects.map(({ caseId }) => caseId));
  let triedCases = 0;
  const tried: LabelSuspect[] = [];
  for (const loaded of store ? cases : []) {
    const heard = await Promise.all(
      witnesses.map((versions) => Promise.all(versions.map((version) => decisionsOf(version, loaded, store as TrialStore, series)))),
    );
    const decisions = heard.find((each) => each.length > 1 && each.every((version) => version.decisions.length > 0));
    if (!decisions) continue;
    triedCases += 1;
    const suspect = accused.has(loaded.case.id) ? undefined : againstVersions(loaded, decisions, rules);
    if (suspect) tried.push(suspect);
  }
  return { cases, suspects: [...suspects, ...tried], triedCases };
}

/** What an agent's labels are held against, apart from trials. */
export function auditRules(agent: Agent): AuditRules {
  const { approvalField } = rulesOf(agent);
  return {
    meetsLabel: (audited, decision) => meetsLabel(agent, audited, decision),
    ...(agent.policy ? { policy: agent.policy } : {}),
    ...(agent.explain ? { explain: agent.explain } : {}),
    ...(agent.monotone ? { monotone: agent.monotone } : {}),
    ...(approvalField === undefined ? {} : { approvalField }),
  };
}

/**
 * Opens a dispute in every suspect case that has none open: it then judges nobody until a person resolves it.
 * @returns the files that were written
 */
export function openDisputes({ cases, suspects }: LabelAudit, { cases: folder }: LoadedConfig): string[] {
  const changes = cases.flatMap(({ case: found }) => {
    const suspect = suspects.find(({ caseId, instead }) => caseId === found.id && instead !== undefined);
    if (!suspect || (found.dispute && !found.dispute.resolution)) return [];
    return [{ file: `${folder}/${found.id}.json`, text: caseText(disputed(found, suspect)) }];
  });
  return saveChanges(changes).map(({ file }) => file);
}

/** The case with its label and what the audit has against it as the two sides of an open dispute. */
export function disputed(found: Case, { by, reason, instead = {} }: LabelSuspect): Case {
  const { decision, source, rationale } = found.label;
  return {
    ...found,
    dispute: {
      labels: [
        ...(found.dispute?.labels ?? []),
        { decision, source: `the label (${source})`, argument: rationale },
        { decision: instead, source: `the label audit (${by})`, argument: reason || shownDecision(instead) },
      ],
    },
  };
}

async function decisionsOf(
  { identity }: PreparedVersion,
  { input }: LoadedCase,
  store: TrialStore,
  series: string,
): Promise<VersionDecisions> {
  const trials = await store.list({ versionFingerprint: identity.fingerprint, caseFingerprint: fingerprintInput(input), series });
  return {
    version: identity.name,
    prompt: identity.prompt,
    toolVariant: identity.toolVariant,
    // A trial without a decision agrees with nothing.
    decisions: trials.map(({ outcome }) => (outcome.kind === 'decided' ? outcome.decision : {})),
  };
}
