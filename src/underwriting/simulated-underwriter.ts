import type { SimulatedAnswer, Simulator } from '../index.ts';
import { decisionFor } from './simulated/answer.ts';
import { type Conversation, readConversation } from './simulated/conversation.ts';
import { type Facts, readFigures } from './simulated/figures.ts';
import { readInstructions } from './simulated/instructions.ts';
import { type Judgement, judge, type Told } from './simulated/judgement.ts';
import { drawLuck, type Luck } from './simulated/luck.ts';
import { readRules } from './simulated/rules.ts';
import { chooseToolCalls } from './simulated/tool-calls.ts';
import { reasoningFor } from './simulated/wording.ts';

/**
 * How the offline model behaves as an underwriter. It knows what the request says and what a person in the trade knows, never the policy:
 * tiers, maximums and ratios reach it through tool results only. Where a prompt leaves a rule out or a tool a figure,
 * it falls into the habits that the first version's traces showed.
 */
export const simulatedUnderwriter: Simulator = {
  source: import.meta.url,
  respond(request, random, slipping) {
    const conversation = readConversation(request);
    const instructions = readInstructions(conversation.systemPrompt, conversation.userMessage);
    const read = readRules(
      conversation.systemPrompt,
      conversation.tools.map(({ name }) => name),
    );
    const rules = { ...read, paymentOfProposedLoan: read.paymentOfProposedLoan && !instructions.exampleOfExistingDebt };
    const luck = drawLuck(random);
    const untouched = conversation.results.length + conversation.failedTools.length === 0;
    if (untouched && conversation.tools.length > 0) {
      const calls = chooseToolCalls(conversation, { all: rules.callAllTools, skipsExtras: luck.skipping < 0.5 });
      return { content: calls, stopReason: 'tool_use' };
    }
    return decide(conversation, { rules, instructions }, luck, slipping);
  },
};

function decide(conversation: Conversation, told: Told, luck: Luck, slipping: boolean): SimulatedAnswer {
  const facts: Facts = { ...readFigures(conversation.results), loan: conversation.loanAmount ?? 0 };
  const sober = judge(facts, told, luck);
  const judgement = slipping ? slip(sober, facts.loan) : sober;
  const reasoning = reasoningFor(facts, judgement, {
    opposite: !slipping && !told.rules.reasoningAgrees && facts.postLoanDti !== undefined && luck.opposite < 0.5,
    wording: luck.wording,
    failedTools: conversation.failedTools,
  });
  const decision = decisionFor(
    conversation.decisionSchema,
    { ...judgement, loan: facts.loan, existingDebt: facts.existingDebt ?? 0 },
    reasoning,
    luck,
  );
  return { content: [{ type: 'text', text: JSON.stringify(decision) }], stopReason: 'end_turn' };
}

/** The wrong way round, with a decimal point astray: wrong even where the sober answer was wrong already. */
function slip({ approved, payment, dti }: Judgement, loan: number): Judgement {
  return {
    approved: !approved,
    ground: { kind: 'slip' },
    maximumLoan: approved ? 0 : loan,
    payment: payment === 0 ? loan : Math.round(payment * 1000) / 100,
    dti,
  };
}
