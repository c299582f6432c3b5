import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomeOrder } from '../words.ts';
import { linkTo, parseRoute, views } from './route.ts';
import { filters } from './selection.ts';

const words = fc.string({ minLength: 1 });

test('every place has a link that leads back to it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...views),
      fc.option(fc.string(), { nil: undefined }),
      fc.array(fc.string(), { maxLength: 2 }),
      fc.record(
        {
          filter: fc.constantFrom(...filters),
          search: words,
          finding: words,
          tag: words,
          outcome: fc.constantFrom(...outcomeOrder),
          critical: fc.constant(true),
          sort: words,
        },
        { requiredKeys: [] },
      ),
      (view, caseId, trials, selection) => {
        expect(parseRoute(linkTo({ view, caseId, trials, selection }))).toEqual({ view, caseId, trials, selection });
      },
    ),
  );
});

test('an address of nowhere is the start', () => {
  expect(parseRoute('#view=nowhere&x=1')).toEqual({ view: 'cases', caseId: undefined, trials: [], selection: {} });
  expect(parseRoute('')).toEqual({ view: 'cases', caseId: undefined, trials: [], selection: {} });
});
