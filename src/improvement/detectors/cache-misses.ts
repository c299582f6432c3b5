import { count } from '../../text/figures.ts';
import type { Detector } from '../detector.ts';
import type { ObservedTurn } from '../observed-run.ts';
import { Sightings } from '../sightings.ts';

/** How long a prefix stays in a provider's cache after it was last sent, in milliseconds: the shorter of the usual ones. */
const life = 5 * 60_000;
/** Tokens that a prefix has to have, for every model that caches. */
const leastPrefix = 4_096;
/** Runs that miss before it is a habit, and the share of them: a cache forgets now and then. */
const least = { runs: 3, share: 0.1 } as const;

/**
 * Tokens that were sent again and could have been read from the provider's cache: a later call of a run begins with all that the one before it sent. Said only where
 * usage tells of a cache at all; of a trace that is one that read or wrote some, because many say nothing where they mean none.
 */
export const cacheMisses: Detector = {
  name: 'cache-misses',
  finds: 'calls that send again what the provider could have read from its cache: the same prefix, soon enough, and nothing read',
  open() {
    const sightings = new Sightings();
    let tells = false;
    let lost = 0;
    return {
      see(reading) {
        const { run } = reading;
        const { turns = [] } = run;
        if (run.simulated || turns.length === 0) return;
        if (run.kind === 'trial' || turns.some(({ usage }) => usage.cacheReadTokens + usage.cacheWriteTokens > 0)) tells = true;
        const again = turns.slice(1).flatMap((turn, at) => {
          const before = turns[at];
          return before && couldRead(before, turn) ? [{ turn, tokens: sent(before) }] : [];
        });
        if (again.length === 0) return;
        sightings.could(reading);
        const missed = again.filter(({ turn }) => turn.usage.cacheReadTokens === 0);
        if (missed.length === 0) return;
        const tokens = missed.reduce((sum, each) => sum + each.tokens, 0);
        lost += tokens;
        sightings.saw(reading, () => ({
          quotes: [],
          arithmetic: `${count(missed.length)} of ${count(again.length)} later calls read nothing from the cache; ${count(tokens)} tokens were sent before.`,
        }));
      },
      problems() {
        if (!tells || sightings.seen < least.runs || sightings.seen < least.share * sightings.of) return [];
        return [
          sightings.problem({
            id: 'cache-misses',
            detector: 'cache-misses',
            kind: 'inefficiency',
            severity: 'minor',
            what: 'calls send again what could have been read from the cache',
            about: {},
            cause: 'flow',
            because: `${count(lost)} input tokens in all were sent again within five minutes, and the cache gave none of them. Mark the end of what stays the same for the cache, and keep what changes (a time, an id) behind it.`,
          }),
        ];
      },
    };
  },
};

/** What a call sent. */
function sent({ usage }: ObservedTurn): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

/** The same model, soon enough, long enough, and longer than before: a call that sends less goes on from something else. */
function couldRead(before: ObservedTurn, turn: ObservedTurn): boolean {
  return turn.model === before.model && turn.sinceMs < life && sent(before) >= leastPrefix && sent(turn) >= sent(before);
}
