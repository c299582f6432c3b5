import { addCounts } from '../stats/counts.ts';
import { smallestOf } from '../stats/extremes.ts';
import type { Random } from '../stats/random.ts';
import { count, counted, dropText, ratio } from '../text/figures.ts';
import { type Continued, enoughSettled, type OpenVerdict, playingOn, type Remedy } from './continuation.ts';
import type { CaseState } from './gate-state.ts';
import { scheduleFor } from './schedule.ts';

/** What would bring a verdict where there is none, tried out in simulation before it is said. */
export interface Advice {
  /** What to change; undefined when nothing was found that helps. */
  readonly remedy: Remedy | undefined;
  /** One to three sentences for a person in a hurry: what to do, with its commands, and how likely it helps. */
  readonly message: string;
}

/**
 * Finds the smallest thing that would most likely change an inconclusive verdict: a larger budget, more stored runs of main, more rounds or retries, a
 * margin that can be reached, in that order; each is played on from what was run, and recommended only when nearly all continuations end with an
 * answer. Where none does, the cases that keep the suite from an answer are named. Takes up to some seconds for a thousand cases, so it is a step a simulated continuation.
 */
export function* advising(open: OpenVerdict, random: Random): Generator<void, Advice> {
  if (open.verdict.cause === 'main-moved') return yield* refreshingMain(open, random);
  for (const remedy of remediesFor(open)) {
    const found = yield* affording(open, remedy, random);
    if (found) return { remedy: found.remedy, message: messageOf(open, found.remedy, found.continued) };
  }
  return { remedy: undefined, message: nothingHelps(open) };
}

/** Numbers of stored runs a case that are tried. */
const storedRunsTried = [20, 40, 100];

/** The largest number of rounds that is tried. */
function mostRounds(rounds: number): number {
  return 4 * rounds;
}

/** Remedies from the cheapest to the dearest. What cannot change this verdict is left out. */
function remediesFor({ verdict, gate, cases, added }: OpenVerdict): Remedy[] {
  const budget = Infinity;
  const stored = storedRunsTried.filter((runs) => cases.some((each) => !added.has(each.id) && each.baseline.runs < runs));
  const withMoreStored = stored.flatMap((storedRuns): Remedy[] => [{ storedRuns }, { storedRuns, budget }]);
  const { rounds, retryCap } = gate.options;
  if (verdict.cause === 'harm' || verdict.cause === 'stuck') {
    const more = [2 * retryCap, Math.max(100, 5 * retryCap)];
    return [{ budget }, ...withMoreStored, ...more.map((cap): Remedy => ({ retryCap: cap, budget }))];
  }
  const moreRounds = [2 * rounds, mostRounds(rounds)].map((more): Remedy => ({ rounds: more, budget }));
  return [
    { budget },
    ...withMoreStored,
    ...moreRounds,
    ...moreRounds.flatMap((more) => stored.slice(-2).map((storedRuns) => ({ ...more, storedRuns }))),
  ];
}

/** A budget is a limit and no price: room for a quarter and one more round costs nothing where it is not needed. */
const slack = 1.25;

interface Recommendation {
  readonly remedy: Remedy;
  readonly continued: Continued;
}

/** A remedy with the budget that it needs; undefined when it does not help often enough. */
function* affording(open: OpenVerdict, remedy: Remedy, random: Random): Generator<void, Recommendation | undefined> {
  const free = yield* playingOn(open, remedy, random);
  if (free.settled < enoughSettled) return undefined;
  const { budget, ...change } = remedy;
  if (budget === undefined) return { remedy, continued: free };
  for (const share of [0.9, 1]) {
    const runs = roundUp(slack * (free.runs[Math.ceil(share * free.runs.length) - 1] ?? 0) + open.cases.length);
    // A smaller budget than this verdict had would be no advice: there the change helps without more.
    const tried = runs > open.budget ? { ...change, budget: runs } : change;
    const continued = yield* playingOn(open, tried, random);
    if (continued.settled >= enoughSettled) return { remedy: tried, continued };
  }
  return undefined;
}

/** To two digits, so that nobody takes it for exact. */
function roundUp(runs: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, runs))) - 1);
  return Math.ceil(runs / step) * step;
}

/** Runs a case after a refresh, as `docket baseline refresh` makes them by default. */
const refreshedRuns = 10;

function* refreshingMain(open: OpenVerdict, random: Random): Generator<void, Advice> {
  const remedy = { refresh: true, storedRuns: refreshedRuns };
  const continued = yield* playingOn(open, remedy, random);
  const command = 'On main: "docket baseline refresh", commit it, and update this branch';
  return {
    remedy,
    message:
      continued.settled >= enoughSettled
        ? `${command}; ${likely(continued)}.`
        : `${command}. Main as it runs now is too flaky for that alone to bring an answer; run "docket plan" afterwards to see what does.`,
  };
}

function messageOf(open: OpenVerdict, remedy: Remedy, continued: Continued): string {
  const steps: string[] = [];
  if (remedy.storedRuns !== undefined) {
    const fewest = smallestOf(open.cases.filter(({ id }) => !open.added.has(id)).map(({ baseline }) => baseline.runs));
    steps.push(
      `on main "docket baseline accept --trials ${remedy.storedRuns - fewest} --most ${remedy.storedRuns}", commit it, and update this branch`,
    );
  }
  if (remedy.rounds !== undefined) steps.push(`on main set gate.rounds to ${remedy.rounds} in docket.config.ts`);
  if (remedy.retryCap !== undefined) steps.push(`on main set gate.retryCap to ${remedy.retryCap} in docket.config.ts`);
  steps.push(remedy.budget === undefined ? 'run the gate again' : `run "docket gate --budget ${remedy.budget}" (this run had ${open.had})`);
  const text = steps.join('; then ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}: ${open.verdict.cause === 'harm' ? `that proves a regression in ${shareText(continued)}; it cannot pass` : likely(continued)}.`;
}

function likely(continued: Continued): string {
  return `that brings a verdict in ${shareText(continued)}`;
}

function shareText({ settled, played }: Continued): string {
  return `${count(settled)} of ${count(played)} simulated continuations`;
}

/** The rounds that this verdict could have. */
function roundsOf({ gate, cases }: OpenVerdict): number {
  return scheduleFor(
    gate.options,
    cases.map(({ baseline }) => baseline.runs),
  ).rounds;
}

/** Says why no number of runs helps, and what else would. */
function nothingHelps(open: OpenVerdict): string {
  const { verdict, cases, gate } = open;
  const accused = cases.find(({ id }) => id === verdict.caseId);
  if (verdict.cause === 'harm' && accused) {
    const main = accused.harm.baseline + accused.harm.confirm;
    return main > 0
      ? `No number of runs lets it pass: main does it too (${count(main)} of ${counted(accused.baseline.runs + accused.fresh.runs + accused.confirm.runs, 'run')}), so fix that first; the fixed agent is judged afresh.`
      : 'No number of runs lets it pass: read the transcripts and fix the agent; the fixed agent is judged afresh.';
  }
  if (verdict.cause === 'stuck' && accused) {
    return `More runs would not settle it: "${accused.id}" is too flaky (main passed ${ratio(addCounts(accused.baseline, accused.fresh))}, the candidate ${ratio(accused.candidate)}). Make it steadier, or fix the agent there; the changed agent is judged afresh.`;
  }
  const margin = gate.options.margin ?? Math.max(0.05, 1 / cases.length);
  const { z } = gate.options;
  const rounds = roundsOf(open);
  if (cleanBound(cases.length * mostRounds(rounds), z) >= margin) {
    const best = cleanBound(cases.length * rounds, z);
    return `No number of runs is enough: with ${count(rounds)} rounds of ${counted(cases.length, 'case')} a mean drop of ${dropText(best)} would still be possible even if every run passed, and gate.margin is ${dropText(margin)}. On main set gate.margin to at least ${(Math.ceil(best * 1000 + 5) / 1000).toFixed(3)}, or add cases.`;
  }
  const flaky = flakyCases(open, margin);
  return `No larger budget, baseline or number of rounds helps: ${flaky.length === 1 ? 'a case is' : `${count(flaky.length)} cases are`} too flaky (${flaky.slice(0, 3).map(flakiness).join('; ')}${flaky.length > 3 ? '; …' : ''}). Make ${flaky.length === 1 ? 'it' : 'them'} steadier on main, or allow a larger drop with gate.margin.`;
}

/** The upper bound of the mean drop when so many runs of either arm all passed: z^2 / N (`meanDrop` without variance). */
function cleanBound(runs: number, z: number): number {
  return (z * z) / runs;
}

/** The fewest cases, the flakiest first, that must be steadied for the bound to come well below the margin when the others go on as they do. */
function flakyCases(open: OpenVerdict, margin: number): CaseState[] {
  const { gate, cases } = open;
  const { z } = gate.options;
  const rounds = roundsOf(open);
  const ordered = cases.toSorted((one, other) => variance(other) - variance(one));
  for (let count = 1; count < ordered.length; count += 1) {
    const rest = ordered
      .slice(count)
      .reduce((total, each) => total + variance(each) * (1 / rounds + 1 / Math.max(1, each.baseline.runs)), 0);
    const runs = ordered.length * rounds;
    const half = (z * z) / (2 * runs) + z * Math.sqrt(rest / ordered.length ** 2 + (z * z) / (4 * runs * runs));
    if (half < 0.8 * margin) return ordered.slice(0, count);
  }
  return ordered;
}

function variance({ baseline, fresh, candidate }: CaseState): number {
  const { passes, runs } = addCounts(addCounts(baseline, fresh), candidate);
  const rate = runs === 0 ? 0 : passes / runs;
  return rate * (1 - rate);
}

function flakiness({ id, baseline, fresh, candidate }: CaseState): string {
  const main = addCounts(baseline, fresh);
  return `${id}: main passed ${ratio(main)}, the candidate ${ratio(candidate)}`;
}
