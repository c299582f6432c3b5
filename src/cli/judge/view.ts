import { relative } from 'node:path';
import type { ScoringTotal } from '../../contracts/evaluation.ts';
import type { Counted } from '../../contracts/judge-calibration.ts';
import type { Calibrated } from '../../flows/calibrate/index.ts';
import { falsePassBound } from '../../flows/judging/judge-standing.ts';
import { upperBound } from '../../stats/binomial-bound.ts';
import type { Interval } from '../../stats/interval.ts';
import { wilsonInterval } from '../../stats/wilson-interval.ts';
import { amount, atMostPercent, count, counted, percent } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { scoringLines } from '../terminal/scoring-lines.ts';
import { tableLines } from '../terminal/table.ts';
import type { Output } from '../terminal/terminal.ts';

/** The calibration as JSON: what was counted, and what follows from it. */
export function calibrationJson({ calibration, scorer, agreement, kappa, why, file, fault }: Calibrated): object {
  return {
    kind: 'judge-calibration',
    ...calibration,
    agreement,
    kappa: kappa ?? null,
    falsePassBound: falsePassBound(calibration),
    maxFalsePass: scorer.judge.maxFalsePass,
    decides: why === undefined,
    ...(why === undefined ? {} : { why }),
    file,
    ...(fault === undefined ? {} : { unwritten: fault }),
  };
}

/** How the judge did, figure by figure, and whether it may decide. */
export function calibrationLines(calibrated: Calibrated, total: ScoringTotal, output: Output): string[] {
  const { calibration, scorer, agreement, kappa, why, file, fault } = calibrated;
  const { falsePass, falseFail, bribed, repeats, order, length, passedForLength, labels } = calibration;
  const row = (name: string, value: string, more = '') => [[{ text: name }], [{ text: value }], [{ text: more, style: 'dim' as const }]];
  const table = tableLines(
    {
      header: [[{ text: 'against people', style: 'dim' }], [{ text: 'share' }], [{ text: '95 %', style: 'dim' }]],
      groups: [
        [
          row('agrees', share(agreement), interval(agreement)),
          row("Cohen's kappa", kappa ? amount(kappa.value) : 'not defined', kappa ? bounds(kappa, amount) : ''),
        ],
        [
          row('passes what people failed', share(falsePass), atMost(falsePass)),
          row('the same where it asks to pass', share(bribed), atMost(bribed)),
          row('fails what people passed', share(falseFail), atMost(falseFail)),
        ],
        [
          row('judges otherwise when asked again', share(repeats), interval(repeats)),
          row('… with the parts in another order', share(order), interval(order)),
          row('… at greater length', share(length), length.of > 0 ? `${interval(length)}; ${count(passedForLength)} then passed` : ''),
        ],
      ],
    },
    output,
  );
  const decides = why === undefined;
  const verdict = decides
    ? `It decides: up to ${atMostPercent(falsePassBound(calibration))} of what is wrong may pass it (95 % confidence), and ${percent(scorer.judge.maxFalsePass)} is allowed.`
    : `It only informs: ${why}.`;
  return [
    '',
    ` ${output.style('bold', plainLine(scorer.name))} · ${plainLine(calibration.answeredBy.join(', '))} · ${calibration.mode} model · ${counted(labels.pass + labels.fail, 'work')} judged by ${labels.reviewers === 1 ? 'one person' : `${count(labels.reviewers)} people`}, ${count(labels.fail)} failed`,
    '',
    ...table,
    '',
    output.style(decides ? 'green' : 'yellow', ` ${decides ? '✓' : '!'} ${plainLine(verdict)}`),
    ...scoringLines(total).map((line) => output.style('dim', ` ${line}`)),
    fault === undefined
      ? output.style('dim', ` Written to ${plainLine(relative(process.cwd(), file))}: commit it. The gate reads it from main.`)
      : output.style('red', ` ${plainLine(file)} ${plainLine(fault)}`),
    '',
  ];
}

function share({ count: some, of }: Counted): string {
  return of === 0 ? 'not tried' : `${count(some)} of ${count(of)}, ${percent(some / of)}`;
}

function interval({ count: some, of }: Counted): string {
  return of === 0 ? '' : bounds(wilsonInterval({ passes: some, runs: of }), percent);
}

function atMost({ count: some, of }: Counted): string {
  return of === 0 ? '' : `${interval({ count: some, of })}; at most ${atMostPercent(upperBound(some, of))}`;
}

function bounds({ low, high }: Interval, show: (value: number) => string): string {
  return `${show(low)}–${show(high)}`;
}
