import type { CaseArm, ReportedTrial } from '../contracts/reported-case.ts';
import type { Counts } from '../stats/counts.ts';
import { isFalseApproval, isFalseDenial, isHarmful, isJudged, isWrongDecision } from './reported-trial.ts';

/** What some runs of a case came to, counted as they come. */
export class RunCounts implements Counts {
  passes = 0;
  runs = 0;
  harm = 0;
  falseApprovals = 0;
  falseDenials = 0;
  wrongDecisions = 0;
  /** Runs of which a hard scorer had something to say that could have failed them. */
  judged = 0;

  add(trial: Pick<ReportedTrial, 'pass' | 'findings'>): void {
    this.runs += 1;
    if (trial.pass) this.passes += 1;
    if (isHarmful(trial)) this.harm += 1;
    if (isFalseApproval(trial)) this.falseApprovals += 1;
    if (isFalseDenial(trial)) this.falseDenials += 1;
    if (isWrongDecision(trial)) this.wrongDecisions += 1;
    if (isJudged(trial)) this.judged += 1;
  }

  addAll(other: RunCounts): void {
    this.passes += other.passes;
    this.runs += other.runs;
    this.harm += other.harm;
    this.falseApprovals += other.falseApprovals;
    this.falseDenials += other.falseDenials;
    this.wrongDecisions += other.wrongDecisions;
    this.judged += other.judged;
  }

  /** As a report says it. */
  told(): Omit<CaseArm, 'trials' | 'infraErrors' | 'agreement'> {
    const { passes, runs, falseApprovals, falseDenials, wrongDecisions } = this;
    return { passes, runs, falseApprovals, falseDenials, ...(wrongDecisions === 0 ? {} : { wrongDecisions }) };
  }
}
