import type { Problem } from '../contracts/improvement-plan.ts';
import type { AgentReading, RunReading } from './run-reading.ts';

/** Looks for one kind of problem. It sees each run once, in any order, and remembers counts and some examples: never the runs. */
export interface Watch {
  see(reading: RunReading): void;
  /** What it saw, when all runs were seen. */
  problems(): Problem[];
}

/** One kind of problem that runs can show, whatever the agent decides about. */
export interface Detector {
  readonly name: string;
  /** What it looks for, in one sentence without a full stop. */
  readonly finds: string;
  open(of: AgentReading): Watch;
}
