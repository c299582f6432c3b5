import type { Problem } from '../contracts/improvement-plan.ts';
import type { DeclaredAgent } from './declared-agent.ts';
import type { Detector } from './detector.ts';
import { detectors as all } from './detectors/detectors.ts';
import type { ObservedRun } from './observed-run.ts';
import { AgentReading, type RunReading } from './run-reading.ts';

const severities = ['critical', 'serious', 'minor'] as const;

/** Shows runs to every detector, one at a time; says at the end what they found, the worst first. */
export class ProblemFinder {
  readonly #of: AgentReading;
  readonly #watches;

  constructor(agent: DeclaredAgent, detectors: readonly Detector[] = all) {
    this.#of = new AgentReading(agent);
    this.#watches = detectors.map((detector) => detector.open(this.#of));
  }

  see(run: ObservedRun): RunReading {
    const reading = this.#of.of(run);
    for (const watch of this.#watches) watch.see(reading);
    return reading;
  }

  problems(): Problem[] {
    return this.#watches
      .flatMap((watch) => watch.problems())
      .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  }
}
