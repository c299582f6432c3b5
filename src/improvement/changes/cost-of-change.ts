import type { RunTally } from '../run-tally.ts';
import type { Proposal } from './proposer.ts';

/** Characters of a token, at the least: what is added is rather taken for more. */
const charactersOfToken = 3;
/** Tokens of a tool call with its result, beside what the result says. */
const tokensOfCall = 120;
/** Tokens of one more field in the decision. */
const tokensOfField = 15;
/** What an output token costs beside an input token: the public lists say four to six times as much. */
const outputPrice = 5;
/** How much a typical run may differ from another by chance, with nothing changed. */
const slack = 1.1;

/** What a run may cost once a change is made, and how much of it is what the change adds; undefined where no run says what it cost. */
export function costOfChange(proposal: Proposal, tally: RunTally): { readonly perRun: number; readonly adds: number } | undefined {
  const spent = tally.dollars.measure();
  if (!spent || spent.median <= 0) return undefined;
  const input = tally.tokensIn.measure()?.median ?? 0;
  const output = tally.tokensOut.measure()?.median ?? 0;
  const weight = input + outputPrice * output;
  const now = spent.median * slack;
  // Where no run says how many tokens it had, a tenth is all that a change may add.
  const adds = weight === 0 ? spent.median * (slack - 1) : (spent.median / weight) * addedTokens(proposal, tally);
  return { perRun: now + adds, adds };
}

/** Tokens that a change adds to a run, as many input tokens as they cost. */
function addedTokens({ group, before, after, literal }: Proposal, tally: RunTally): number {
  const turns = Math.max(1, tally.modelCalls / Math.max(1, tally.runs));
  const text = Math.max(0, Math.ceil((after.length - (literal ? before.length : 0)) / charactersOfToken));
  switch (group) {
    case 'prompt':
      return text * turns;
    case 'schema':
      return text * turns + tokensOfField * outputPrice;
    case 'new-tools':
      return text * turns + tokensOfCall * outputPrice;
    case 'tools':
      // The result may come to say all that the policy's arithmetic says.
      return text * turns;
    case 'flow':
    case 'cases':
      return 0;
  }
}
