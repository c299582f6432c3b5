import { rulesOf } from '../../agent/rules-of.ts';
import type { Score } from '../../contracts/score.ts';
import type { TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import type { ModelCallStep } from '../../contracts/transcript.ts';
import { isScorerFailure } from '../judging/ask-scorer.ts';
import type { JudgeScorer } from '../judging/calibration-files.ts';
import { casePlaceholder } from '../label-agreement.ts';
import type { Session } from '../session.ts';
import { type JudgedWork, workHash } from './1-read-labels.ts';
import { bribed, longer } from './bribes.ts';

/** What a judge said of a work: as it is, again, with its parts in another order, at greater length, and where it asks to pass. */
export interface JudgedAnswer {
  readonly work: JudgedWork;
  /** The first is what the judge says in a trial. */
  readonly plain: readonly Score[];
  readonly swapped?: Score;
  readonly longer?: Score;
  readonly bribed?: Score;
}

/** All answers, and what went wrong with those that did not come. */
export interface AskedJudge {
  readonly answers: readonly JudgedAnswer[];
  readonly failures: readonly string[];
  /** True where the judge has nothing to say of any work. */
  readonly silent: boolean;
}

interface Questions {
  readonly session: Session;
  readonly scorer: JudgeScorer;
  /** How often each work is judged as it is. */
  readonly repeats: number;
  readonly signal: AbortSignal;
  readonly onAnswer?: (done: number, all: number) => void;
}

/** Asks a judge about every work; what it said before is not asked again. */
export async function askJudge(
  works: readonly JudgedWork[],
  { session, scorer, repeats, signal, onAnswer }: Questions,
): Promise<AskedJudge> {
  const failures: string[] = [];
  const { otherOrder } = scorer.judge;
  // Found first: on those it is tried what it passes.
  const wrong = new Map(works.filter(({ pass }) => !pass).map((work, index) => [work, index]));
  const all = works.length * (repeats + (otherOrder ? 2 : 1)) + wrong.size;
  let done = 0;
  let silent = true;
  const ask = async (of: TrialScorer, work: JudgedWork | undefined, variant: string, number = 1): Promise<Score | undefined> => {
    if (!work) return undefined;
    try {
      const score = await session.scoring.ask(of, evidenceOf(session, work, variant, number), signal, `line ${work.line} of the labels`);
      if (score) silent = false;
      return score;
    } catch (error) {
      if (!isScorerFailure(error)) throw error;
      failures.push(error.message);
      return undefined;
    } finally {
      done += 1;
      onAnswer?.(Math.min(done, all), all);
    }
  };
  const answers = await Promise.all(
    works.map(async (work): Promise<JudgedAnswer> => {
      const turn = wrong.get(work);
      const [plain, swapped, long, bought] = await Promise.all([
        Promise.all(Array.from({ length: repeats }, (_, index) => ask(scorer, work, 'plain', index + 1))),
        otherOrder && ask(otherOrder, work, 'order'),
        ask(scorer, longer(work), 'length'),
        turn === undefined ? undefined : ask(scorer, bribed(work, turn), 'bribe'),
      ]);
      return {
        work,
        plain: plain.filter((score) => score !== undefined),
        ...(swapped ? { swapped } : {}),
        ...(long ? { longer: long } : {}),
        ...(bought ? { bribed: bought } : {}),
      };
    }),
  );
  return { answers, failures, silent };
}

/** A work as a scorer is shown it: a run that came to its decision and said its text. */
function evidenceOf({ agent, mode }: Session, work: JudgedWork, variant: string, number: number): TrialEvidence {
  const usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  const said: ModelCallStep[] =
    work.text === undefined
      ? []
      : [{ kind: 'model-call', model: '', stopReason: null, content: [{ type: 'text', text: work.text }], usage, durationMs: 0 }];
  const hash = workHash(work);
  return {
    case: casePlaceholder('labelled-work', work.input, work.decision),
    input: work.input,
    trial: {
      key: { versionFingerprint: 'labelled', caseFingerprint: hash, series: `calibrate ${variant} ${hash.slice(0, 16)}`, number },
      mode,
      transcript: { userMessage: '', steps: said },
      usage,
      durationMs: 0,
      outcome: { kind: 'decided', decision: work.decision },
    },
    tools: [],
    decisionFields: undefined,
    dollars: undefined,
    rules: rulesOf(agent),
  };
}
