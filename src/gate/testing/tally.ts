import type { Random } from '../../stats/random.ts';
import type { Gate } from '../create-gate.ts';
import { playChange } from '../play.ts';
import { drawWorld, type World } from './worlds.ts';

/** How many changes ended how. */
export interface Tally {
  readonly changes: number;
  readonly passed: number;
  readonly regressed: number;
  readonly inconclusive: number;
  /** Blocks by cause. */
  readonly byCase: number;
  readonly byCritical: number;
  readonly bySuite: number;
  /** Passes in which a critical case was falsely approved more than once: there must be none. */
  readonly passedWithHarm: number;
  /** Mean model runs a case, both arms. */
  readonly runsPerCase: number;
}

/** Plays many changes of one kind, each against its own baseline. */
export function tally(gate: Gate, world: World, count: number, random: Random): Tally {
  const ends = { pass: 0, regressed: 0, inconclusive: 0 };
  const causes = { case: 0, critical: 0, suite: 0 };
  let passedWithHarm = 0;
  let runs = 0;
  for (let index = 0; index < count; index += 1) {
    const { verdict, runs: used, state } = playChange(gate, drawWorld(world, random), random);
    ends[verdict.verdict] += 1;
    if (verdict.verdict === 'regressed') causes[verdict.cause] += 1;
    if (verdict.verdict === 'pass' && state.some(({ critical, harm }) => critical && harm.candidate > 1)) passedWithHarm += 1;
    runs += used;
  }
  return {
    changes: count,
    passed: ends.pass,
    regressed: ends.regressed,
    inconclusive: ends.inconclusive,
    byCase: causes.case,
    byCritical: causes.critical,
    bySuite: causes.suite,
    passedWithHarm,
    runsPerCase: runs / count / world.cases,
  };
}
