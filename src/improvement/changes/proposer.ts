import type { Change, Problem } from '../../contracts/improvement-plan.ts';
import type { AgentReading } from '../run-reading.ts';
import type { RunTally } from '../run-tally.ts';

/** What changes are proposed from. */
export interface Evidence {
  readonly of: AgentReading;
  readonly problems: readonly Problem[];
  readonly tally: RunTally;
}

/** A change without its number and its promise. */
export type Proposal = Omit<Change, 'id' | 'promise'>;

/** Proposes changes of one group, each tied to the problems that are its evidence. */
export type Proposer = (evidence: Evidence) => Proposal[];
