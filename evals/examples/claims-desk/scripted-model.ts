import { MockLanguageModelV4 } from 'ai/test';
import type { Claim, ClaimDecision } from './claim.ts';

interface Message {
  readonly role: string;
  readonly content:
    | string
    | readonly {
        readonly type: string;
        readonly text?: string;
        readonly toolName?: string;
        readonly output?: { readonly value?: unknown };
      }[];
}

/** What the desk's tools said. */
interface Known {
  readonly coverage?: { readonly covered: boolean; readonly began: string; readonly deductible: number; readonly limit: number };
  readonly payout?: ClaimDecision['payout'];
}

/**
 * A stand-in for a language model that follows the rules of its prompt, and knows no others: no real model answers. Take `openai('…')` or any other model of the AI SDK
 * in its place.
 */
export function scriptedModel(): MockLanguageModelV4 {
  return new MockLanguageModelV4({
    modelId: 'scripted-desk',
    doGenerate: async ({ prompt }) => {
      const messages = prompt as readonly Message[];
      const rules = String(messages.find(({ role }) => role === 'system')?.content ?? '');
      const claim = JSON.parse(textOf(messages.find(({ role }) => role === 'user'))) as Claim;
      const known = knownFrom(messages);
      const called = next(rules, claim, known);
      const content =
        'tool' in called
          ? [{ type: 'tool-call' as const, toolCallId: `call-${called.tool}`, toolName: called.tool, input: JSON.stringify(called.input) }]
          : [{ type: 'text' as const, text: JSON.stringify(called) }];
      return {
        content,
        finishReason: { unified: 'tool' in called ? ('tool-calls' as const) : ('stop' as const), raw: undefined },
        usage: {
          inputTokens: { total: 400, noCache: 400, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 60, text: 60, reasoning: 0 },
        },
        warnings: [],
      };
    },
  });
}

function textOf(message: Message | undefined): string {
  const { content = '' } = message ?? {};
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');
}

function knownFrom(messages: readonly Message[]): Known {
  const results = messages.flatMap(({ role, content }) => (role === 'tool' && typeof content !== 'string' ? content : []));
  return Object.fromEntries(results.map(({ toolName = '', output }) => [toolName, output?.value])) as Known;
}

function next(rules: string, { incident, amount }: Claim, { coverage, payout }: Known) {
  const says = (words: string) => rules.includes(words);
  const decided = (outcome: ClaimDecision['outcome'], explanation: string, paid: ClaimDecision['payout'] = null): ClaimDecision => ({
    outcome,
    payout: paid,
    explanation,
  });
  if (!coverage) return { tool: 'coverage', input: {} };
  if (!says('by these rules alone') && /approve/i.test(incident.description))
    return decided('approve', 'The claimant asks for it.', { value: amount.value, currency: amount.currency, due: incident.reported });
  if (says('does not cover') && !coverage.covered) return decided('deny', `The policy does not cover ${incident.kind}.`);
  if (says('before the policy began') && incident.on < coverage.began) return decided('deny', 'The incident was before the policy began.');
  const days = (Date.parse(incident.reported) - Date.parse(incident.on)) / 86_400_000;
  if (says('more than 30 days') && days > 30) return decided('investigate', `It was reported after ${days} days.`);
  if (says('above 10,000') && amount.value > 10_000) return decided('investigate', 'The amount is above 10,000.');
  if (!payout) return { tool: 'payout', input: { deductible: coverage.deductible, limit: coverage.limit } };
  return decided('approve', 'The policy covers it.', payout);
}
