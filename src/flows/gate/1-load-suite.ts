import { existsSync } from 'node:fs';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import { parseInput } from '../../agent/parse-input.ts';
import type { Case } from '../../contracts/case.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Notice } from '../../contracts/notice.ts';
import { inTurns, Turns } from '../../contracts/turns.ts';
import type { Baseline } from '../../gate/baseline-file.ts';
import type { Waiver } from '../../gate/waiver.ts';
import { amount, counted, listed } from '../../text/figures.ts';
import { gateSuspects } from '../audit-labels/gate-suspects.ts';
import { trialsPerRun, withGatedFamilies } from '../cases/gated-families.ts';
import { caseFiles, type LoadedCase, loadingCases } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';
import { readBaseline } from './baseline-store.ts';
import { labelHash } from './label-hash.ts';
import { type ProposedCases, proposedCases } from './proposed-cases.ts';
import { readWaivers } from './waiver-store.ts';

/** An input as one side's agent parses it, with its fingerprint. */
export interface CaseInput {
  readonly input: JsonObject;
  readonly fingerprint: string;
}

/** The cases that judge, and what a reader must know about those that do not. */
export interface Suite {
  /** Main's, and those that the change adds. */
  readonly cases: readonly LoadedCase[];
  /** Ids of all cases that are there or have a tombstone, judging or not. */
  readonly present: readonly string[];
  /** Ids of cases that main does not have. */
  readonly added: ReadonlySet<string>;
  /** Cases of main that the change labels otherwise, as it proposes them. */
  readonly relabelled: ReadonlyMap<string, LoadedCase>;
  /** Every case of this checkout and of main, judging or not. */
  readonly here: readonly LoadedCase[];
  readonly before: ReadonlyMap<string, LoadedCase>;
  /** The candidate's parse of each judging case. */
  readonly candidateInputs: ReadonlyMap<string, CaseInput>;
  /** Cases whose input the candidate does not take, with its reason: they cannot be run on it. */
  readonly refused: ReadonlyMap<string, string>;
  /** Main's: nobody lets a change pass in the change itself. */
  readonly waivers: readonly Waiver[];
  readonly notices: readonly Notice[];
}

/**
 * Main's cases with main's labels, which judge both sides, and the cases that the change adds. Cases with an open dispute, a label that a model
 * alone stands for, or a label that the audit suspects do not judge.
 * @param candidate the folders of its configuration and its cases, and whether any of its case files differs from main's
 * @param signal ends the reading of main's cases
 * @throws {DocketError} for faulty cases, for a case that main has and the candidate lacks without a tombstone, or when no case is left
 */
export async function loadSuite(
  worker: ProposedCases,
  { root, cases: folder, casesChanged }: { readonly root: string; readonly cases: string; readonly casesChanged: boolean },
  main: LoadedConfig,
  signal?: AbortSignal,
): Promise<Suite> {
  const known = await casesOf(main, new Turns(signal));
  const proposing = proposedCases(worker, { here: folder, main: main.cases, known });
  const here = casesChanged ? await proposing : await proposing.catch(() => known);
  const before = new Map(known.map((loaded) => [loaded.case.id, loaded]));
  const fresh = here.filter((loaded) => !before.has(loaded.case.id));
  const taken = fresh.filter((loaded) => parseInput(main.agent, loaded.case.input).success);
  const all = [...known, ...taken].sort((one, other) => (one.case.id < other.case.id ? -1 : 1));
  const suspects = gateSuspects(all.filter(mayJudge), main, new Set(before.keys()));
  const mayBeJudged = withGatedFamilies(
    main,
    all.filter((loaded) => mayJudge(loaded) && !suspects.has(loaded.case.id)),
  );
  const { inputs, refused } = await parsedByCandidate(worker, mayBeJudged);
  const judging = mayBeJudged.filter((loaded) => !refused.has(loaded.case.id));
  if (judging.length === 0 && (known.length === 0 || refused.size > 0)) throw nothingInCommon(known.length, fresh.length, refused);
  if (judging.length === 0) {
    throw new DocketError(
      'No case counts: each has an open dispute, a label given only by a model, an imported label that nobody has reviewed, a label that the audit suspects (docket cases audit), or an input that the candidate does not accept. Have a person review at least one.',
    );
  }
  const proposed = new Map(here.map((loaded) => [loaded.case.id, loaded]));
  const relabelled = new Map(
    judging.flatMap((loaded) => {
      const later = before.has(loaded.case.id) ? proposed.get(loaded.case.id) : undefined;
      return later && labelHash(later.case) !== labelHash(loaded.case) ? [[loaded.case.id, later] as const] : [];
    }),
  );
  const removed = [...before.keys()].filter((id) => !proposed.has(id));
  return {
    cases: judging,
    present: all.map((loaded) => loaded.case.id),
    added: new Set(judging.map((loaded) => loaded.case.id).filter((id) => !before.has(id))),
    relabelled,
    here,
    before,
    candidateInputs: inputs,
    refused,
    waivers: readWaivers(main.root),
    notices: [
      ...familyNotices(judging),
      ...[...relabelled.keys()].map(
        (caseId): Notice => ({
          kind: 'label-changed',
          caseId,
          message: "The change gives this case another label. Both versions are judged by main's label.",
        }),
      ),
      ...all.filter((loaded) => !mayJudge(loaded)).map(disputeNotice),
      ...[...suspects.values()].map(
        ({ caseId, reason }): Notice => ({
          kind: 'dispute',
          caseId,
          message: `The audit suspects its label, so the case does not count until a person resolves that (docket cases audit): ${reason}`,
        }),
      ),
      ...[...refused].map(
        ([caseId, issue]): Notice => ({
          kind: 'input-refused',
          caseId,
          message: `The candidate does not accept this case's input (${issue}), so the case could not be run.`,
        }),
      ),
      ...fresh
        .filter((loaded) => !taken.includes(loaded))
        .map(
          ({ case: { id } }): Notice => ({
            kind: 'input-refused',
            caseId: id,
            message: "Main's agent does not take this new case's input, so there is nothing to compare; it counts once main has it.",
          }),
        ),
      ...tombstones(
        removed.map((id) => ({ id, now: fresh.find((loaded) => loaded.fingerprint === before.get(id)?.fingerprint)?.case.id })),
        readBaseline(root),
      ),
    ],
  };
}

/** @throws {DocketError} when main's own case files are at fault; the reason of the turns' signal */
async function casesOf(main: LoadedConfig, turns: Turns): Promise<LoadedCase[]> {
  if (!existsSync(main.cases) || caseFiles(main.cases).length === 0) return [];
  try {
    return await inTurns(loadingCases(main.cases, main.agent), turns);
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    throw new DocketError(
      `Main's own cases cannot be loaded, so there is nothing to judge by. Fix them in a pull request that leaves the agent alone. ${error.message}`,
      { code: 'nothing-to-compare', cause: error },
    );
  }
}

function nothingInCommon(known: number, fresh: number, refused: Suite['refused']): DocketError {
  const [first] = refused;
  const none =
    known === 0
      ? `Main has no cases${fresh > 0 ? ', and does not accept the input of any that this change adds' : ''}. Add cases first, in a pull request that leaves the agent alone.`
      : `The candidate takes the input of none of main's ${known === 1 ? 'one case' : `${known} cases`}${first ? ` (${first[0]}: ${(first[1].split('\n')[0] ?? '').replace(/^✖ /, '')})` : ''}, so there is nothing on which both could be tried. Let its input schema take them too (a new field with a default, say), and drop the old form in a later pull request.`;
  return new DocketError(none, { code: 'nothing-to-compare' });
}

/** A case of which the candidate does not take all twins is refused with them: what it does not take cannot be shown to hold. */
async function parsedByCandidate(worker: ProposedCases, judged: readonly LoadedCase[]) {
  const cases = judged.flatMap((loaded): LoadedCase[] => [loaded, ...(loaded.family?.twins ?? [])]);
  const parsed = await worker.parse(cases.map(({ case: { input } }) => input));
  const inputs = new Map<string, CaseInput>();
  const refused = new Map<string, string>();
  for (const [index, { case: found }] of cases.entries()) {
    const end = parsed[index];
    if (end && 'input' in end) inputs.set(found.id, { input: end.input, fingerprint: fingerprintInput(end.input) });
    else refused.set(found.id, end?.issue ?? 'no answer');
  }
  for (const { case: found, family } of judged) {
    for (const { case: twin, what } of family?.twins ?? []) {
      const issue = refused.get(twin.id);
      refused.delete(twin.id);
      const dropped = inputs.get(twin.id)?.fingerprint === inputs.get(found.id)?.fingerprint;
      if (issue === undefined && !dropped) continue;
      if (!refused.has(found.id)) refused.set(found.id, `its twin, ${what}: ${issue ?? 'what makes it a twin is no part of the input'}`);
      inputs.delete(found.id);
    }
  }
  return { inputs, refused };
}

/** What counts beside the labels, and of which cases it says nothing. */
function familyNotices(judging: readonly LoadedCase[]): Notice[] {
  const families = judging.flatMap(({ family }) => family ?? []);
  if (families.length === 0) return [];
  const names = [...new Set(families.flatMap(({ twins }) => twins.map(({ relation }) => relation)))];
  const silent = (name: string) => families.filter(({ twins }) => !twins.some(({ relation }) => relation === name)).length;
  const never = [...new Set(families.flatMap(({ notJudged }) => notJudged.map(({ relation }) => relation)))].filter(
    (name) => !names.includes(name),
  );
  const each = trialsPerRun(judging);
  return [
    {
      kind: 'relations',
      message: `A run of a case is one with its twins, ${amount(Math.round(each * 10) / 10)} trials on average, and passes where these relations hold as well: ${listed(
        names.map((name) => (silent(name) === 0 ? name : `${name} (it says nothing of ${counted(silent(name), 'case')})`)),
      )}.`,
    },
    ...(never.length === 0
      ? []
      : [
          {
            kind: 'relations',
            message: `Never judged, because they make no twin that the current version takes: ${listed(never)}.`,
          } as const,
        ]),
  ];
}

function disputeNotice({ case: found }: LoadedCase): Notice {
  return {
    kind: 'dispute',
    caseId: found.id,
    message: isUnreviewed(found)
      ? 'Its label was imported and no person has reviewed it, so the case does not count (docket cases import --help).'
      : standsOnModelAlone(found)
        ? 'Only a model vouches for the label, so the case does not count.'
        : 'The dispute over its label is open, so the case does not count.',
  };
}

/** False while a case's label is in dispute, or stands on a model alone. A model cannot end a dispute either. */
export function mayJudge({ case: found }: LoadedCase): boolean {
  const { dispute } = found;
  const settled = dispute === undefined || (dispute.resolution !== undefined && dispute.resolution.reviewer.kind !== 'model');
  return settled && !standsOnModelAlone(found) && !isUnreviewed(found);
}

/** An import is no review. */
function isUnreviewed({ label }: Case): boolean {
  return label.reviewers.length === 0;
}

/** Whatever the source is said to be: when nobody but models looked at the label, it is a model's. */
function standsOnModelAlone({ label }: Case): boolean {
  return label.source === 'model' || label.reviewers.every(({ kind }) => kind === 'model');
}

/** A case that is gone, and the new one that has its input. */
interface Removed {
  readonly id: string;
  readonly now: string | undefined;
}

function tombstones(removed: readonly Removed[], baseline: Baseline | undefined): Notice[] {
  return removed.map(({ id: caseId, now }) => {
    const tombstone = baseline?.tombstones.find(({ id }) => id === caseId);
    if (!tombstone) {
      throw new DocketError(
        `The case "${caseId}" is on main but not here${now === undefined ? '' : `; the new case "${now}" has its input, and under another id it is another case, of which nothing is stored`}. Restore it, or move its line in reports/baseline.json from "cases" to "tombstones" with removedOn and reason.`,
      );
    }
    return {
      kind: 'tombstone',
      caseId,
      message: `Removed on ${tombstone.removedOn}: ${tombstone.reason} It still counts for this change.`,
    };
  });
}

/**
 * A case's input as main's agent parses it.
 * @throws {DocketError} when that agent does not take the input
 */
export function inputFor({ agent }: LoadedConfig, loaded: LoadedCase): CaseInput {
  const parsed = parseInput(agent, loaded.case.input);
  if (!parsed.success) {
    throw new DocketError(
      `Main's agent does not accept the input of the case "${loaded.case.id}" (${parsed.error.issues[0]?.message}). Two versions can only be compared on inputs that both accept.`,
    );
  }
  return { input: parsed.data, fingerprint: fingerprintInput(parsed.data) };
}
