import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import type { Case } from '../../contracts/case.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { Baseline } from '../../gate/baseline-file.ts';
import type { Waiver } from '../../gate/waiver.ts';
import { gateSuspects } from '../audit-labels/gate-suspects.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';
import { readBaseline } from './baseline-store.ts';
import { labelHash } from './hashes.ts';
import { readWaivers } from './waiver-store.ts';

/** The cases that judge, and what a reader must know about those that do not. */
export interface Suite {
  readonly cases: readonly LoadedCase[];
  /** Ids of all cases that are there or have a tombstone, judging or not. */
  readonly present: readonly string[];
  /** Ids of cases that main does not have. */
  readonly added: ReadonlySet<string>;
  /** Cases whose label changed, with the case as main has it. */
  readonly relabelled: ReadonlyMap<string, LoadedCase>;
  /** Every case of this checkout and of main, judging or not. */
  readonly here: readonly LoadedCase[];
  readonly before: ReadonlyMap<string, LoadedCase>;
  /** Main's: nobody lets a change pass in the change itself. */
  readonly waivers: readonly Waiver[];
  readonly notices: readonly Notice[];
}

/**
 * Loads the candidate's cases and compares them with main's. Cases with an open dispute, a label that a model alone stands for, or a
 * label that the audit suspects do not judge.
 * @throws {DocketError} for faulty cases, for a case that main has and the candidate lacks without a tombstone, or when no case is left
 */
export function loadSuite(candidate: LoadedConfig, main: LoadedConfig): Suite {
  const cases = loadCases(candidate.cases, candidate.agent);
  const before = new Map(existsSync(main.cases) ? loadCases(main.cases, main.agent).map((loaded) => [loaded.case.id, loaded]) : []);
  const unchanged = cases.filter((loaded) => {
    const earlier = before.get(loaded.case.id);
    return earlier && earlier.fingerprint === loaded.fingerprint && labelHash(earlier.case) === labelHash(loaded.case);
  });
  const suspects = gateSuspects(cases.filter(mayJudge), candidate, main, new Set(unchanged.map((loaded) => loaded.case.id)));
  const judging = cases.filter((loaded) => mayJudge(loaded) && !suspects.has(loaded.case.id));
  if (judging.length === 0) {
    throw new DocketError(
      'No case counts: each has an open dispute, a label given only by a model, or a label that the audit suspects (docket cases audit). Have a person review at least one.',
    );
  }
  const relabelled = new Map(
    judging.flatMap((loaded) => {
      const earlier = before.get(loaded.case.id);
      return earlier && labelHash(earlier.case) !== labelHash(loaded.case) ? [[loaded.case.id, earlier] as const] : [];
    }),
  );
  const removed = [...before.keys()].filter((id) => !cases.some((loaded) => loaded.case.id === id));
  return {
    cases: judging,
    present: [...cases.map((loaded) => loaded.case.id), ...removed],
    added: new Set(judging.map((loaded) => loaded.case.id).filter((id) => !before.has(id))),
    relabelled,
    here: cases,
    before,
    waivers: readWaivers(main.root),
    notices: [
      ...[...relabelled.keys()].map(
        (caseId): Notice => ({
          kind: 'label-changed',
          caseId,
          message:
            'The label changed. Both versions are judged by the new label, and the case is left out of the suite as a whole: a changed label is not an improvement.',
        }),
      ),
      ...cases
        .filter((loaded) => !mayJudge(loaded))
        .map(
          ({ case: found }): Notice => ({
            kind: 'dispute',
            caseId: found.id,
            message: standsOnModelAlone(found)
              ? 'Only a model vouches for the label, so the case does not count.'
              : 'The dispute over its label is open, so the case does not count.',
          }),
        ),
      ...[...suspects.values()].map(
        ({ caseId, reason }): Notice => ({
          kind: 'dispute',
          caseId,
          message: `The audit suspects its label, so the case does not count until a person resolves that (docket cases audit): ${reason}`,
        }),
      ),
      ...tombstones(removed, readBaseline(candidate.root), candidate),
    ],
  };
}

/** False while a case's label is in dispute, or stands on a model alone. A model cannot end a dispute either. */
export function mayJudge({ case: found }: LoadedCase): boolean {
  const { dispute } = found;
  const settled = dispute === undefined || (dispute.resolution !== undefined && dispute.resolution.reviewer.kind !== 'model');
  return settled && !standsOnModelAlone(found);
}

/** Whatever the source is said to be: when nobody but models looked at the label, it is a model's. */
function standsOnModelAlone({ label }: Case): boolean {
  return label.source === 'model' || label.reviewers.every(({ kind }) => kind === 'model');
}

function tombstones(removed: readonly string[], baseline: Baseline | undefined, { root }: LoadedConfig): Notice[] {
  return removed.map((caseId) => {
    const tombstone = baseline?.tombstones.find(({ id }) => id === caseId);
    if (!tombstone) {
      throw new DocketError(
        `The case "${caseId}" is on main but not here. Restore it, or move its line in ${join(root, 'reports/baseline.json')} from "cases" to "tombstones" with removedOn and reason.`,
      );
    }
    return { kind: 'tombstone', caseId, message: `Removed on ${tombstone.removedOn}: ${tombstone.reason}` };
  });
}

/**
 * A case's input as an agent parses it.
 * @throws {DocketError} when that agent does not take the input
 */
export function inputFor({ agent, root }: LoadedConfig, loaded: LoadedCase): { readonly input: JsonObject; readonly fingerprint: string } {
  const parsed = agent.input.safeParse(loaded.case.input);
  if (!parsed.success) {
    throw new DocketError(
      `The agent in ${root} does not accept the input of the case "${loaded.case.id}" (${parsed.error.issues[0]?.message}). Two versions can only be compared on inputs that both accept.`,
    );
  }
  return { input: parsed.data, fingerprint: fingerprintInput(parsed.data) };
}
