import { expect, it } from 'vitest';
import type { Trial } from '../../contracts/trial.ts';
import type { TrialRequest } from '../../trials/run-trial.ts';
import { tinyRequest } from '../../trials/testing/tiny-agent.ts';
import type { LoadedCase, LoadedTwin } from '../cases/load-cases.ts';
import { FamilyPlaces } from './family-places.ts';

const { agent } = tinyRequest(1, 1);
const requestOf = (input: number, number: number) => ({ ...tinyRequest(input, number), agent });
const run = (request: TrialRequest) => ({ request, trial: { key: { ...request } } as unknown as Trial, reused: true });
const alone = { family: undefined } as unknown as LoadedCase;
const withTwin = (input: number) => {
  const request = requestOf(input, 1);
  const twin = { case: { id: `twin ${input}` }, input: request.input, fingerprint: request.caseFingerprint } as unknown as LoadedTwin;
  return { family: { twins: [twin], notJudged: [] } } as unknown as LoadedCase;
};

it('gives every place of a trial, in order, and each trial once as a request', () => {
  const [here, there] = [
    { name: 'here', loaded: alone },
    { name: 'there', loaded: alone },
  ];
  const places = new FamilyPlaces(
    [
      { request: requestOf(1, 1), place: here },
      { request: requestOf(1, 2), place: here },
      { request: requestOf(1, 2), place: there },
      { request: requestOf(2, 1), place: there },
      // Wanted twice in one place, it counts twice there.
      { request: requestOf(1, 1), place: here },
    ],
    (twin) => twin,
  );
  expect([...places.requests]).toHaveLength(3);
  const placesOf = (input: number, number: number) => places.ended(run(requestOf(input, number))).map(({ place }) => place);
  expect(placesOf(1, 1)).toEqual([here, here]);
  expect(placesOf(1, 2)).toEqual([here, there]);
  expect(placesOf(2, 1)).toEqual([there]);
  expect(placesOf(2, 2)).toEqual([]);
});

it('a trial with a twin ends once both have, whichever comes first, and a twin that is a case counts in both', () => {
  const [own, twin] = [{ loaded: withTwin(2) }, { loaded: alone }];
  const places = new FamilyPlaces<{ readonly loaded: LoadedCase }>(
    [
      { request: requestOf(1, 1), place: own },
      { request: requestOf(1, 2), place: own },
      { request: requestOf(2, 2), place: twin },
    ],
    (each) => each,
  );
  expect([...places.requests].map(({ caseFingerprint, number }) => [caseFingerprint === requestOf(1, 1).caseFingerprint, number])).toEqual([
    [true, 1],
    [false, 1],
    [true, 2],
    [false, 2],
  ]);
  expect(places.ended(run(requestOf(1, 1)))).toEqual([]);
  expect(places.ended(run(requestOf(2, 2))).map(({ place }) => place)).toEqual([twin]);
  const [first] = places.ended(run(requestOf(2, 1)));
  expect([first?.run.request.number, first?.twins.map(({ trial }) => trial.key.number)]).toEqual([1, [1]]);
  expect(places.ended(run(requestOf(1, 2))).map(({ place }) => place)).toEqual([own]);
});
