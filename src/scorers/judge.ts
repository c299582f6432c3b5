import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import type { ScoringContext, TrialEvidence, TrialScorer } from '../contracts/scorer.ts';
import { judgeMessage, judgeSystem, rubricHash, type ShownPart, shownParts, verdictJsonSchema } from './judge-question.ts';

/** A model that judges trials by a rubric. */
export interface JudgeOptions {
  /** The score's name, and that of its calibration; `judge` when not given. */
  readonly name?: string;
  /** When a run passes, in words. */
  readonly rubric: string;
  /** The model that is asked; a dated snapshot, because a calibration holds for one only. */
  readonly model: string;
  /** What it is shown: `input` and `decision` when not given. */
  readonly shows?: readonly ShownPart[];
  /** Most tokens of its answer: 1,024 when not given. */
  readonly maxTokens?: number;
  /** Most, as a share, of what people call wrong that it may pass, by the upper 95 % bound: 0.1 when not given. Above it only informs. */
  readonly maxFalsePass?: number;
  /** False: it informs, however good it is. */
  readonly hard?: boolean;
  /**
   * What answers where the model is simulated: the text of an answer, from the message that the model would be sent. Without it nothing is judged
   * then. It says nothing about a real model.
   */
  readonly simulated?: (message: string, random: () => number) => string;
}

const verdictSchema = z.strictObject({ reason: z.string(), verdict: z.enum(['pass', 'fail']) });

/**
 * A model as a judge. It only informs until `docket judge calibrate` has held it against labels of people, and decides only while few enough wrong answers pass
 * it, for the model and the rubric with which it was calibrated. What it said of a trial is kept, and paid for once.
 * @throws {DocketError} for an empty rubric or model, parts that cannot be shown, or a limit that is no share
 */
export function judge(options: JudgeOptions): TrialScorer {
  const { name = 'judge', rubric, model, shows = ['input', 'decision'], maxTokens = 1024, maxFalsePass = 0.1, hard = true } = options;
  check(name, { ...options, shows, maxFalsePass });
  const hash = rubricHash(rubric, shows);
  const scorer = (parts: readonly ShownPart[]): TrialScorer => ({
    scope: 'trial',
    name,
    needs: parts.includes('input') ? ['input'] : [],
    settings: { model, rubric, shows: [...parts], maxTokens },
    async score(evidence, context) {
      const message = judgeMessage(rubric, evidence, parts);
      return ask({ ...options, name, maxTokens }, message, evidence, context);
    },
  });
  // A single part has no other order.
  const otherOrder = shows.length > 1 ? { otherOrder: scorer(shows.toReversed()) } : {};
  return { ...scorer(shows), judge: { model, rubric: hash, maxFalsePass, hard, ...otherOrder } };
}

async function ask(
  { name, model, maxTokens, simulated }: Required<Pick<JudgeOptions, 'name' | 'model' | 'maxTokens'>> & Pick<JudgeOptions, 'simulated'>,
  message: string,
  { trial }: TrialEvidence,
  context: ScoringContext,
) {
  const reply = await context.ask?.({
    model,
    system: judgeSystem,
    message,
    schema: verdictJsonSchema,
    maxTokens,
    series: `judge ${name} ${trial.key?.series ?? ''}`,
    number: trial.key?.number ?? 1,
    ...(simulated ? { simulated } : {}),
  });
  if (!reply) return undefined;
  const { verdict, reason } = verdictIn(reply.text);
  const pass = verdict === 'pass';
  return {
    name,
    // Its calibration says whether it decides.
    hard: false,
    pass,
    value: pass ? 1 : 0,
    reason,
    findings: pass ? [] : [{ code: codeOf(name), message: reason === '' ? 'the judge gave no reason' : reason }],
    judge: { model: reply.model, mode: reply.mode },
    ...(reply.dollars === undefined ? {} : { dollars: reply.dollars }),
  };
}

/** @throws {Error} for anything but a verdict: that is neither a pass nor a fail */
function verdictIn(text: string): z.infer<typeof verdictSchema> {
  try {
    return verdictSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `the judge answered ${JSON.stringify(text.slice(0, 120))}. Expected {"reason": "…", "verdict": "pass"} or {…, "verdict": "fail"}.`,
      { cause },
    );
  }
}

function codeOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-$/g, '');
  return plain === '' ? 'judged-wrong' : `${plain}-failed`;
}

function check(name: string, { rubric, model, shows, maxFalsePass }: JudgeOptions & { readonly maxFalsePass: number }): void {
  const at = `judge "${name}"`;
  if (typeof rubric !== 'string' || rubric.trim() === '')
    throw new DocketError(`${at}: the rubric is empty. Say in words when a run passes.`);
  if (typeof model !== 'string' || model.trim() === '')
    throw new DocketError(`${at}: no model is named. Name the snapshot that is to judge, for example claude-haiku-4-5-20251001.`);
  const known: readonly string[] = shownParts;
  if (!Array.isArray(shows) || shows.length === 0 || shows.some((part) => !known.includes(part)))
    throw new DocketError(`${at}: "shows" is ${JSON.stringify(shows)}. Expected a list of: ${shownParts.join(', ')}.`);
  if (!(maxFalsePass > 0 && maxFalsePass < 1))
    throw new DocketError(`${at}: maxFalsePass is ${maxFalsePass}. Expected a share between 0 and 1.`);
}
