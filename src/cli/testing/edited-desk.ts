import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openTrialStore } from '../../trials/open-trial-store.ts';
import { fixtureProject, parcelCase } from './fixture-project.ts';

const index = new URL('../../index.ts', import.meta.url).href;
const desk = new URL('parcel-desk.ts', import.meta.url).href;

/** The parcel desk with a file that its tools read, as it is declared. */
export interface EditedDesk {
  readonly directory: string;
  /** From now on somebody edits the file in the middle of the first trial that is run; whoever runs the second gets the signal, where one is named. */
  edit(signal?: 'SIGINT' | 'SIGKILL'): void;
  /** The file is as it was, and nobody edits it. */
  putBack(): void;
  /** How many trials are stored, of whatever version and series. */
  stored(): Promise<number>;
}

/** Makes the project; it is removed when the test ends. */
export function editedDesk(): EditedDesk {
  const { directory, writeCase, [Symbol.dispose]: remove } = fixtureProject();
  onTestFinished(remove);
  for (let weight = 6; weight < 20; weight += 1) writeCase(`parcel-${weight}`, parcelCase(`parcel-${weight}`, weight, true));
  const at = (name: string) => join(directory, name);
  const putBack = () => {
    writeFileSync(at('rates.txt'), 'Two dollars.');
    rmSync(at('edits'), { force: true });
  };
  putBack();
  writeFileSync(
    at('docket.config.ts'),
    `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { defineAgent, invariance } from '${index}';
import { parcelDesk } from '${desk}';
const { simulator } = parcelDesk;
const edits = import.meta.dirname + '/edits';
let calls = 0;
const respond = (...call) => {
  if (!existsSync(edits)) return simulator.respond(...call);
  appendFileSync(import.meta.dirname + '/rates.txt', ' Or three.');
  calls += 1;
  const signal = readFileSync(edits, 'utf8');
  // A trial is two calls.
  if (signal !== '' && calls === 3) process.kill(process.pid, signal);
  return simulator.respond(...call);
};
const relations = [invariance({ field: 'worth', values: [10, 20], fields: ['accepted', 'fee'] })];
const agent = defineAgent({ ...parcelDesk, relations, reads: ['rates.txt'], simulator: { ...simulator, respond } });
export default { agent, cases: 'cases', current: 'v2', trials: 2, concurrency: 1 };
`,
  );
  return {
    directory,
    edit: (signal = undefined) => writeFileSync(at('edits'), signal ?? ''),
    putBack,
    async stored() {
      const store = openTrialStore(at('.docket/docket.db'));
      try {
        return (await store.newest(1000)).length;
      } finally {
        await store.close();
      }
    },
  };
}
