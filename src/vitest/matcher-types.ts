import type { ExpectStatic } from 'vitest';

type MatcherFunction = Parameters<ExpectStatic['extend']>[0][string];

/** What vitest gives a matcher as `this`. */
export type MatcherState = ReturnType<ExpectStatic['getState']>;

/** What a matcher that does not wait returns. */
export type SyncExpectationResult = Exclude<ReturnType<MatcherFunction>, Promise<unknown>>;
