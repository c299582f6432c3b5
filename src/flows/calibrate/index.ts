import { sha256 } from '../../contracts/canonical-json.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { Counted, JudgeCalibration } from '../../contracts/judge-calibration.ts';
import type { Score } from '../../contracts/score.ts';
import { triesFor } from '../../stats/binomial-bound.ts';
import type { Interval } from '../../stats/interval.ts';
import { cohensKappa, type TwoByTwo } from '../../stats/kappa.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { count, counted, percent } from '../../text/figures.ts';
import { type JudgeScorer, judgesOf, writeCalibration } from '../judging/calibration-files.ts';
import { calibrationFault } from '../judging/judge-standing.ts';
import type { Session } from '../session.ts';
import { openSuite } from '../suites/open-suite.ts';
import { readJudgedWork } from './1-read-labels.ts';
import { askJudge, type JudgedAnswer } from './2-ask-judge.ts';

export interface CalibrateOptions {
  /** Name of the judge; the only one when not given. */
  readonly judge?: string;
  /** File of labels. */
  readonly labels: string;
  readonly repeats: number;
  readonly signal: AbortSignal;
  readonly onAnswer?: (done: number, all: number) => void;
}

/** A calibration, what follows from it, and where it was written. */
export interface Calibrated {
  readonly calibration: JudgeCalibration;
  readonly scorer: JudgeScorer;
  readonly agreement: Counted;
  readonly kappa: Interval | undefined;
  /** Why it only informs; undefined where it decides. */
  readonly why: string | undefined;
  readonly file: string;
  readonly fault?: string;
}

/**
 * Holds a judge against labels of people and writes what came of it to `reports/judges/`.
 * @throws {DocketError} for labels from which nothing follows, and where an answer did not come: nothing is written then
 */
export async function calibrateJudge(session: Session, options: CalibrateOptions): Promise<Calibrated> {
  const { config } = session;
  const scorer = judgeNamed(judgesOf(config.agent.scorers), options.judge);
  const { source } = await openSuite(options.labels, config.root);
  const works = await readJudgedWork(source);
  const failed = works.filter(({ pass }) => !pass).length;
  requireBothKinds(source.file, works.length, failed, scorer);
  const { answers, failures, silent } = await askJudge(works, { session, scorer, ...options });
  if (silent && failures.length === 0)
    throw new DocketError(
      `The judge "${scorer.name}" says nothing: the model is ${session.mode}, and the judge has no simulated answer. Calibrate it with --mode live, or give judge() "simulated".`,
    );
  if (failures.length > 0)
    throw new DocketError(
      `${counted(failures.length, 'answer')} of the judge did not come, so nothing was written. The first: ${failures[0]} Run the same command again: what it said is kept.`,
      { exitCode: exitCodes.incomplete },
    );
  const table = tableOf(answers);
  const calibration: JudgeCalibration = {
    format: 1,
    judge: scorer.name,
    ...whoAnswered(answers, scorer),
    rubric: scorer.judge.rubric,
    calibratedOn: session.clock.date().toISOString().slice(0, 10),
    labels: {
      file: source.file,
      sha256: sha256(JSON.stringify(works)),
      pass: works.length - failed,
      fail: failed,
      reviewers: new Set(works.map(({ reviewer }) => reviewer)).size,
    },
    falsePass: { count: table.onlySecond, of: failed },
    falseFail: { count: table.onlyFirst, of: works.length - failed },
    bribed: countOf(answers, ({ bribed }) => bribed?.pass),
    repeats: countOf(answers, ({ plain }) => (plain.length > 1 ? plain.some(({ pass }) => pass !== plain[0]?.pass) : undefined)),
    order: countOf(answers, ({ plain: [first], swapped }) => swapped && swapped.pass !== first?.pass),
    length: countOf(answers, ({ plain: [first], longer }) => longer && longer.pass !== first?.pass),
    passedForLength: answers.filter(({ plain: [first], longer }) => longer?.pass && first && !first.pass).length,
  };
  return {
    calibration,
    scorer,
    agreement: { count: table.bothPass + table.bothFail, of: works.length },
    kappa: cohensKappa(table),
    why: scorer.judge.hard ? calibrationFault(scorer.judge, calibration, undefined) : 'it was told to (hard: false)',
    ...writeCalibration(config.root, calibration),
  };
}

function judgeNamed(judges: readonly JudgeScorer[], name: string | undefined): JudgeScorer {
  const [only, ...others] = judges;
  if (!only) throw new DocketError('The agent has no judge. Give it one: judge({ rubric, model }), or an assertion that a model grades.');
  const names = judges.map((each) => each.name);
  if (name === undefined) {
    if (others.length === 0) return only;
    throw new DocketError(`The agent has ${counted(judges.length, 'judge')}. Name one of them: ${names.join(', ')}.`);
  }
  const found = judges.find((each) => each.name === name);
  if (!found) throw new DocketError(`There is no judge "${name}".${didYouMean(name, names)}`);
  return found;
}

/** From labels of one kind nothing follows. */
function requireBothKinds(file: string, all: number, failed: number, { judge: { maxFalsePass } }: JudgeScorer): void {
  if (failed > 0 && failed < all) return;
  const needed = count(triesFor(maxFalsePass));
  const what =
    all === 0 ? 'there is no label' : failed === 0 ? `all ${count(all)} labels are "pass"` : `all ${count(all)} labels are "fail"`;
  throw new DocketError(
    `${file}: ${what}, so nothing shows what the judge lets pass${failed > 0 ? ' that is right' : ''}. Label works of both kinds: ${needed} that people failed are the fewest from which a bound of ${percent(maxFalsePass)} can follow (none of them may pass).`,
  );
}

/** First the people, then the judge. */
function tableOf(answers: readonly JudgedAnswer[]): TwoByTwo {
  const table = { bothPass: 0, bothFail: 0, onlyFirst: 0, onlySecond: 0 };
  for (const { work, plain } of answers) {
    const passed = plain[0]?.pass ?? false;
    if (work.pass) table[passed ? 'bothPass' : 'onlyFirst'] += 1;
    else table[passed ? 'onlySecond' : 'bothFail'] += 1;
  }
  return table;
}

function countOf(answers: readonly JudgedAnswer[], happened: (answer: JudgedAnswer) => boolean | undefined): Counted {
  const tried = answers.map(happened).filter((each) => each !== undefined);
  return { count: tried.filter(Boolean).length, of: tried.length };
}

/** @throws {DocketError} when several models answered: a calibration is of one */
function whoAnswered(
  answers: readonly JudgedAnswer[],
  { name, judge }: JudgeScorer,
): Pick<JudgeCalibration, 'model' | 'answeredBy' | 'mode'> {
  const scores = answers.flatMap(({ plain, swapped, longer, bribed }) => [
    ...plain,
    ...[swapped, longer, bribed].filter((each): each is Score => each !== undefined),
  ]);
  const models = new Set(scores.flatMap((score) => score.judge?.model ?? []));
  const modes = new Set(scores.flatMap((score) => score.judge?.mode ?? []));
  const [model] = models;
  const [mode] = modes;
  if (model === undefined || mode === undefined) throw new DocketError(`The judge "${name}" does not say which model answered.`);
  if (models.size > 1 || modes.size > 1)
    throw new DocketError(
      `Several models answered for the judge "${name}": ${[...models].sort().join(', ')}. A calibration holds for one: name a dated snapshot as its model.`,
    );
  return { model: judge.model, answeredBy: [model], mode };
}
