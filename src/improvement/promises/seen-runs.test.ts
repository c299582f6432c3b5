import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../contracts/json.ts';
import type { DeclaredAgent } from '../declared-agent.ts';
import type { ObservedCall, ObservedRun } from '../observed-run.ts';
import type { PromisePart } from './promise-parts.ts';
import { SeenRuns } from './seen-runs.ts';

const agentWith = (prompt: string): DeclaredAgent => ({
  name: 'desk',
  version: 'v2',
  prompt: { name: 'v2', text: prompt },
  tools: [{ name: 'price_of', description: 'The unit price and the order total.' }],
  fields: [
    { name: 'accepted', type: 'boolean', description: '' },
    { name: 'order_total', type: 'number', description: '' },
  ],
  approvalField: 'accepted',
  isHarm: () => false,
  policy: ({ pieces }) => ({ accepted: Number(pieces) <= 10, order_total: Number(pieces) * 7.5 }),
  hasPolicy: true,
  explain: ({ pieces }) => `Order total: ${Number(pieces) * 7.5}.`,
});

/** Twenty orders, decided with a total of this many times the right one. */
function seen(prompt: string, { times = 1, said = true, accepts }: { times?: number; said?: boolean; accepts?: boolean } = {}): SeenRuns {
  const runs = new SeenRuns(agentWith(prompt));
  for (let pieces = 1; pieces <= 20; pieces += 1) {
    const total = pieces * 7.5 * times;
    const call: ObservedCall = { tool: 'price_of', input: {}, result: said ? `Order total: ${total}` : 'Done.', isError: false, turn: 1 };
    const decision: JsonObject = { accepted: accepts ?? pieces <= 10, order_total: total };
    runs.see({
      ...{
        id: `order-${pieces}`,
        kind: 'trial',
        caseId: `order-${pieces}`,
        startedAt: null,
        version: 'v2',
        input: { pieces },
        userMessage: '',
      },
      ...{ decision, calls: [call], modelCalls: 2, models: [], usage: null, durationMs: null, dollars: undefined, failed: false },
      ...{ ended: 'decided', simulated: true, findings: [] },
    } satisfies ObservedRun);
  }
  return runs;
}

const falls = (finding: string): PromisePart => ({
  ...{ what: 'falls', finding, by: 'detector', cases: [], traces: [], seen: { runs: 20, of: 20 }, to: 0.05 },
});
const count = (runs: SeenRuns, finding: string) => runs.count(falls(finding), new Set());

describe('no promise is kept by a change that takes away what is looked at', () => {
  it('a rule that is said, while its field is wrong as before', () => {
    const rule = 'Take order_total from price_of.';
    expect(count(seen(rule, { times: 2 }), 'missing-rule/order_total')).toEqual({ runs: 20, of: 20 });
    expect(count(seen(rule), 'missing-rule/order_total')).toEqual({ runs: 0, of: 20 });
    expect(count(seen('Set accepted to true up to ten pieces.', { accepts: true }), 'missing-rule/accepted')).toEqual({ runs: 10, of: 20 });
    expect(count(seen('Reckon with 7.5 a piece.', { times: 2 }), 'missing-rule/number-7.5')).toEqual({ runs: 20, of: 20 });
  });

  it('a tool that says nothing any more', () => {
    expect(count(seen('', { times: 2 }), 'tool-against-policy/price_of/order-total')).toEqual({ runs: 20, of: 20 });
    expect(count(seen(''), 'tool-against-policy/price_of/order-total')).toEqual({ runs: 0, of: 20 });
    expect(count(seen('', { said: false }), 'tool-against-policy/price_of/order-total')).toEqual({ runs: 0, of: 0 });
    expect(count(seen(''), 'failed-tool/another')).toEqual({ runs: 0, of: 0 });
  });

  it('a rule that is gone, or told otherwise', () => {
    const id = 'rule-not-followed/set-order_total-to-what-price_of-says';
    expect(count(seen('Set order_total to what price_of says.', {}), id)).toEqual({ runs: 0, of: 20 });
    expect(count(seen('Set order_total to what price_of says. Check this once more.'), id)).toEqual({ runs: 0, of: 20 });
    expect(count(seen('Be kind.'), id)).toEqual({ runs: 0, of: 0 });
  });
});
