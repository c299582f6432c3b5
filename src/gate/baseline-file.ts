import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import { type ModelMode, modelModeSchema } from '../contracts/model-mode.ts';
import { versionIdentitySchema } from '../contracts/version.ts';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');
const caseIdSchema = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'a case id, at least one character, no control characters');

const baselineCaseSchema = z
  .strictObject({
    id: caseIdSchema,
    /** Hash of the input. */
    caseFingerprint: hashSchema,
    /** Hash of the label the counts were scored with. */
    labelHash: hashSchema,
    passes: z.int().nonnegative(),
    runs: z.int().positive(),
    /** False approvals among the runs, and wrong decisions where nothing tells approvals from denials. */
    harm: z.int().nonnegative(),
    /** Wrong decisions in a field that is no yes/no; absent when there is none. */
    wrongDecisions: z.int().positive().optional(),
    /** Absent where all harm is a false approval or a wrong decision: the rest of it. */
    falseApprovals: z.int().nonnegative().optional(),
    /** Main itself fails it too often for it to judge a change; absent when it judges. */
    quarantined: z.literal(true).optional(),
  })
  .refine(({ passes, runs }) => passes <= runs, 'more passes than runs')
  .refine(({ harm, runs }) => harm <= runs, 'more false approvals than runs')
  .refine(
    ({ harm, wrongDecisions = 0, falseApprovals }) => falseApprovals !== undefined || wrongDecisions <= harm,
    'more wrong decisions than harm',
  );

const tombstoneSchema = z.strictObject({
  id: caseIdSchema,
  removedOn: z.iso.date(),
  reason: z.string().min(1),
});

/** What reports/baseline.json holds: how often the version on main passed each case. */
export const baselineSchema = z.strictObject({
  format: z.literal(1),
  agent: z.string().min(1),
  mode: modelModeSchema,
  version: versionIdentitySchema,
  /** The models that answered the counted live runs, as the server names them: one, unless the alias moved. */
  answeredBy: z.array(z.string().max(512)).optional(),
  /** Counts up with each refresh; the stored trials of an epoch are its own series. */
  epoch: z.int().positive(),
  recordedAt: z.iso.datetime(),
  /** Hash of the hard scorers the counts were scored with. */
  scorerHash: hashSchema,
  cases: z.array(baselineCaseSchema).min(1),
  /** Cases that were removed on purpose. */
  tombstones: z.array(tombstoneSchema).default([]),
});
export type Baseline = z.output<typeof baselineSchema>;
export type BaselineCase = Baseline['cases'][number];

/** The file's text: sorted by id, one line a case, so that a change shows as the lines of the cases it touched. Ends with a line break. */
export function serialiseBaseline(baseline: Baseline): string {
  const { cases, tombstones, ...head } = orderedBaseline(baseline);
  const fields = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  return `{\n${fields.join('\n')}\n  "cases": ${linesOf(cases)},\n  "tombstones": ${linesOf(tombstones)}\n}\n`;
}

/**
 * Reads the file's text.
 * @param origin the file, for messages
 * @throws {DocketError} when it is not JSON, not of this format, or names a case twice
 */
export function parseBaseline(text: string, origin: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const conflict = /^(<{7}|>{7}) /m.test(text) ? ' It holds merge-conflict markers.' : '';
    throw new DocketError(
      `${origin}: not JSON (${(cause as Error).message}).${conflict} Take main's file back, or run "docket baseline refresh".`,
      { cause },
    );
  }
  const parsed = baselineSchema.safeParse(value);
  if (!parsed.success)
    throw new DocketError(
      `${origin}: not a baseline of format 1.\n${z.prettifyError(parsed.error)}\nRun "docket baseline refresh" to replace it.`,
    );
  const ids = [...parsed.data.cases, ...parsed.data.tombstones].map(({ id }) => id);
  const repeatedId = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeatedId !== undefined)
    throw new DocketError(`${origin}: the case "${repeatedId}" appears twice (cases and tombstones together). Keep one of them.`);
  return orderedBaseline(parsed.data);
}

/** What a gate is about to judge. */
export interface ExpectedBaseline {
  readonly agent: string;
  readonly mode: ModelMode;
  /** Ids of the suite's cases. */
  readonly caseIds: readonly string[];
}

/**
 * Checks that the baseline is one for this agent, model mode and suite. Cases that are new in the suite are allowed; cases that vanished are not.
 * @throws {DocketError} for another agent, another mode, or a case that was deleted without a tombstone
 */
export function checkBaseline(baseline: Baseline, { agent, mode, caseIds }: ExpectedBaseline, origin: string): void {
  if (baseline.agent !== agent) {
    throw new DocketError(
      `${origin}: the baseline is of the agent "${baseline.agent}", the one on trial is "${agent}". Run "docket baseline refresh" for "${agent}".`,
    );
  }
  if (baseline.mode !== mode) {
    throw new DocketError(
      `${origin}: the baseline was recorded in the mode "${baseline.mode}", this run is "${mode}". A verdict never mixes modes: run in the mode "${baseline.mode}", or refresh the baseline in "${mode}".`,
    );
  }
  const present = new Set(caseIds);
  const vanished = baseline.cases.filter(({ id }) => !present.has(id)).map(({ id }) => id);
  if (vanished.length > 0) {
    throw new DocketError(
      `${origin}: the suite has no case ${vanished.map((id) => `"${id}"`).join(', ')} any more, but the baseline has. Restore ${vanished.length === 1 ? 'it' : 'them'}, or move ${vanished.length === 1 ? 'it' : 'them'} to "tombstones" with a reason.`,
    );
  }
}

function orderedBaseline({
  format,
  agent,
  mode,
  version,
  answeredBy,
  epoch,
  recordedAt,
  scorerHash,
  cases,
  tombstones,
}: Baseline): Baseline {
  return {
    format,
    agent,
    mode,
    version,
    ...(answeredBy ? { answeredBy } : {}),
    epoch,
    recordedAt,
    scorerHash,
    cases: [...cases].sort(byId),
    tombstones: [...tombstones].sort(byId),
  };
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}

function linesOf(rows: readonly object[]): string {
  return rows.length === 0 ? '[]' : `[\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`;
}
