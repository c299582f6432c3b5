import { resolveVersion, type Version } from '../../agent/version.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { ProblemFinder } from '../../improvement/find-problems.ts';
import type { ObservedRun } from '../../improvement/observed-run.ts';
import type { RunDistribution } from '../../improvement/run-distribution.ts';
import { AgentReading, type RunReading } from '../../improvement/run-reading.ts';
import { RunTally } from '../../improvement/run-tally.ts';
import type { LoadedConfig } from '../load-config.ts';
import { prepareInEveryMode } from '../session.ts';
import { declareAgent } from './declare-agent.ts';
import type { SourcePlaces } from './source-places.ts';

/** A version as runs name it, and who answered. */
export interface RunOrigin {
  readonly version: string;
  /** Undefined where the run does not name its version. */
  readonly mode: ModelMode | undefined;
}

/** Which version and mode each fingerprint stands for. */
export async function originsByFingerprint(config: LoadedConfig, references: readonly string[]): Promise<Map<string, RunOrigin>> {
  const { agent } = config;
  const wanted = [...new Set([...Object.keys(agent.versions), ...references])];
  const prepared = (await prepareInEveryMode(config, wanted)).flat();
  const origins = new Map<string, RunOrigin>();
  const modes = ['live', 'recorded', 'simulated'] as const;
  for (const [index, { identity, version }] of prepared.entries()) {
    // The first name of a version that has several stays.
    if (!origins.has(identity.fingerprint))
      origins.set(identity.fingerprint, { version: version.name, mode: modes[Math.floor(index / wanted.length)] });
  }
  return origins;
}

/** The runs of one version in one mode, as far as they are seen: problems and figures, and never the runs. */
export class VersionRuns {
  readonly origin: RunOrigin;
  readonly finder: ProblemFinder;
  readonly reading: AgentReading;
  readonly tally = new RunTally();
  readonly fingerprints = new Set<string>();
  takenFor = 0;
  /** Where runs are compared with others. */
  distribution: RunDistribution | undefined;

  /** @param version as the configuration has it when not given */
  constructor(
    { agent }: Pick<LoadedConfig, 'agent'>,
    origin: RunOrigin,
    places?: SourcePlaces,
    version = resolveVersion(agent, origin.version) as Version,
  ) {
    this.origin = origin;
    const declared = declareAgent(agent, version, places);
    this.reading = new AgentReading(declared);
    this.finder = new ProblemFinder(declared);
  }

  see(run: ObservedRun, fingerprint: string | null): RunReading {
    if (fingerprint !== null) this.fingerprints.add(fingerprint);
    const reading = this.finder.see(run);
    this.tally.see(reading);
    this.distribution?.see(reading);
    return reading;
  }
}
