import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocketConfig } from '../../agent/config.ts';
import type { Simulation } from '../../model/simulated.ts';

/** A folder with a configuration of the parcel desk and cases of its own. */
export interface FixtureProject extends Disposable {
  readonly directory: string;
  /** Writes or replaces a case file; text is written as it is. */
  writeCase(id: string, content: object | string): void;
}

export interface FixtureOptions {
  readonly simulation?: Partial<Simulation>;
  readonly concurrency?: number;
  readonly trials?: number;
  readonly prices?: DocketConfig['prices'];
  /** Longest time of a trial of v2, in milliseconds. */
  readonly deadlineMs?: number;
}

/** A case as the parcel desk takes it. */
export function parcelCase(id: string, weight: number, accepted: boolean, title = `A parcel of ${weight} kg`): object {
  return {
    id,
    title,
    input: { weight, worth: 10 },
    label: { decision: { accepted }, source: 'policy', rationale: 'The limit is 20 kg.', reviewers: [{ kind: 'policy' }] },
    origin: { kind: 'designed' },
  };
}

/** Makes the project in a folder of its own; disposing of it removes the folder. */
export function fixtureProject({ deadlineMs, ...options }: FixtureOptions = {}): FixtureProject {
  const directory = mkdtempSync(join(tmpdir(), 'docket-cli-'));
  const agent = new URL('parcel-desk.ts', import.meta.url).href;
  const settings = JSON.stringify({ cases: 'cases', current: 'v2', versions: ['v1', 'v2'], trials: 3, ...options });
  const v2 = deadlineMs === undefined ? 'v2' : `v2: { ...v2, settings: { deadlineMs: ${deadlineMs} } }`;
  writeFileSync(
    join(directory, 'docket.config.ts'),
    `import { parcelDesk } from '${agent}';
const { v1, v2 } = parcelDesk.versions;
export default { agent: { ...parcelDesk, versions: { v1, ${v2} } }, ...${settings} };
`,
  );
  mkdirSync(join(directory, 'cases'));
  const writeCase = (id: string, content: object | string) =>
    writeFileSync(join(directory, 'cases', `${id}.json`), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  writeCase('light', parcelCase('light', 5, true));
  writeCase('heavy', parcelCase('heavy', 30, false));
  return { directory, writeCase, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}
