/**
 * Fills the trial store of a project of the bench, or reads all of it: `node fill-store.ts <fill|fill-baseline|list> <project> <trials a case and version> [longer]`. The
 * trials are copies of one that `docket eval` made there, under the keys that it will look for, with so many characters more in what the model was asked; or under those
 * of the current version's first baseline.
 */
import { loadCases } from '../../src/flows/cases/load-cases.ts';
import { baselineSeries } from '../../src/flows/gate/2-load-baseline.ts';
import { trialRequest } from '../../src/flows/judging/trial-request.ts';
import { loadConfig } from '../../src/flows/load-config.ts';
import { openSession } from '../../src/flows/session.ts';
import { keyOf } from '../../src/trials/run-trial.ts';

const [what = 'list', directory = '.', perCase = '1', longer = '0'] = process.argv.slice(2);
const trials = Number(perCase);
const config = await loadConfig(directory);
const session = await openSession({ config, mode: 'simulated', warn: () => {} });
const { store } = session;
const [made] = await store.newest(1);
if (!made) throw new Error('There is no trial to copy: run docket eval 1 --trials 1 there first.');
const { userMessage } = made.transcript;
const copied = {
  ...made,
  transcript: { ...made.transcript, userMessage: userMessage.padEnd(userMessage.length + Number(longer), ' And why?') },
};
let done = 0;
const isBaseline = what === 'fill-baseline';
for (const version of [await session.prepare('v1'), ...(isBaseline ? [] : [await session.prepare('v2')])]) {
  for (const loaded of loadCases(config.cases, session.agent)) {
    const key = keyOf(trialRequest(version, loaded, isBaseline ? baselineSeries(1, loaded.case.id) : 'eval', 1));
    if (what !== 'list') {
      await Promise.all(Array.from({ length: trials }, (_, index) => store.save({ ...copied, key: { ...key, number: index + 1 } })));
      done += trials;
    } else for (const portion of await store.portions(key, { first: 1, last: trials })) done += (await store.list(key, portion)).length;
  }
}
await session.close();
console.log(`${done} trials`);
