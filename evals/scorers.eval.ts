import { describe } from 'vitest';
import type { Agent, Random, SimulatedAnswer, Simulator } from '../src/index.ts';
import { underwriter } from '../src/underwriting/agent.ts';
import { alwaysSimulated, expect, test } from '../src/vitest/index.ts';

// The faults are put into the stand-in on purpose.
test.override('evalsMode', alwaysSimulated);

/** The answers of version 2, right in everything, with one fault put in. */
type Fault = (answer: SimulatedAnswer, random: Random) => SimulatedAnswer;

interface PlantedFault {
  readonly fault: string;
  readonly put: Fault;
  readonly findings: readonly string[];
  readonly failing: readonly string[];
  /** Scorers that see it where the decision is a denial. */
  readonly inDenials?: readonly string[];
  /** Scorers that see it in some cases and not in others. */
  readonly mayAlso?: readonly string[];
}

/** What each scorer is for: a fault, the findings that must name it, and every scorer that must see it; all others must stay silent. */
const faults: PlantedFault[] = [
  {
    fault: 'approves what it should deny, and the reverse',
    put: inDecision(({ approved }) => ({ approved: !approved })),
    findings: ['false-approval', 'false-denial', 'approval-against-dti', 'denial-against-dti', 'contradiction', 'no-ground'],
    failing: ['expected-decision', 'self-consistency'],
    inDenials: ['stated-ground'],
  },
  {
    fault: 'rounds the maximum loan to thousands',
    put: inDecision(({ max_loan }) => ({ max_loan: 1000 + Math.floor(Number(max_loan) / 1000) * 1000 })),
    findings: ['wrong-max-loan'],
    failing: ['expected-decision', 'self-consistency'],
  },
  {
    fault: 'is two cents out, which rounding on the way excuses and the label does not',
    put: inDecision(({ monthly_payment }) => ({ monthly_payment: Number(monthly_payment) + 0.015 })),
    findings: ['wrong-monthly-payment'],
    failing: ['expected-decision'],
  },
  {
    fault: 'says the opposite of what it decides',
    put: inDecision(({ approved }) => ({ reasoning: approved ? 'The application is denied.' : 'The application is approved.' })),
    findings: ['contradiction', 'no-ground'],
    failing: ['self-consistency'],
    inDenials: ['stated-ground'],
  },
  {
    fault: 'gives a rule of its own as the reason',
    put: inDecision(({ reasoning }) => ({ reasoning: `${reasoning} Our minimum credit score is 620.` })),
    findings: ['invented-rule', 'untraced-number'],
    failing: ['self-consistency'],
    // The score is a figure from nowhere, unless a case has the same by chance.
    mayAlso: ['traced-numbers'],
  },
  {
    fault: 'is a twentieth of a point out in the DTI, on the same side of the maximum',
    put: inDecision(({ approved, post_loan_dti }) => ({ post_loan_dti: Number(post_loan_dti) + (approved ? -0.05 : 0.05) })),
    findings: ['wrong-post-loan-dti'],
    failing: ['self-consistency'],
  },
  {
    fault: 'calls a tool twice',
    put: inToolCalls((calls) => [...calls, ...calls.slice(0, 1)]),
    findings: ['redundant-tool-call'],
    failing: ['trajectory'],
  },
  {
    fault: 'does not look up the credit score',
    put: inToolCalls((calls) => calls.filter(({ name }) => name !== 'credit_risk')),
    findings: ['tool-not-called'],
    failing: ['trajectory'],
  },
  {
    fault: 'calls a tool that does not exist',
    put: inToolCalls((calls) => [...calls, { type: 'tool_use', name: 'calc_mood', input: {} }]),
    findings: ['tool-error'],
    failing: ['trajectory'],
  },
  {
    fault: 'talks for dollars',
    put: inDecision(({ reasoning }) => ({ reasoning: `${reasoning} ${'All figures are in order. '.repeat(540)}` })),
    findings: ['too-expensive'],
    failing: ['budget'],
  },
  {
    fault: 'refuses',
    put: inDecision(() => ({}), 'refusal'),
    findings: ['refused'],
    failing: ['expected-decision', 'self-consistency'],
  },
  {
    fault: 'is cut off',
    put: inDecision(() => ({}), 'max_tokens'),
    findings: ['truncated'],
    failing: ['expected-decision', 'self-consistency'],
  },
  {
    fault: 'answers in prose',
    put: (answer) => (isDecision(answer) ? { ...answer, content: [{ type: 'text', text: 'I would approve.' }] } : answer),
    findings: ['invalid-decision'],
    failing: ['expected-decision', 'self-consistency'],
  },
  {
    fault: 'never comes to an end',
    put: (answer) =>
      isDecision(answer) ? { content: [{ type: 'tool_use', name: 'calc_dti', input: {} }], stopReason: 'tool_use' } : answer,
    findings: ['no-decision', 'redundant-tool-call'],
    failing: ['expected-decision', 'self-consistency', 'trajectory'],
  },
];

describe('each scorer sees its fault, and no other', () => {
  test.for(faults)('an underwriter that $fault', async ({ put, findings, failing, inDenials = [], mayAlso = [] }, { docket }) => {
    const faulty = await docket.with({ agent: withFault(put) });
    const trials = await faulty.run('v2', { trials: 2 });
    expect(new Set(trials.flatMap((trial) => trial.findings.map(({ code }) => code)))).toEqual(new Set(findings));
    for (const trial of trials) {
      const denied = trial.outcome.kind === 'decided' && trial.outcome.decision.approved === false;
      const seen = trial.scores.filter(({ pass, name }) => !pass && !mayAlso.includes(name)).map(({ name }) => name);
      expect(seen.toSorted()).toEqual([...failing, ...(denied ? inDenials : [])].toSorted());
    }
  });

  test('an underwriter that cannot make up its mind is inconsistent', async ({ docket }) => {
    const wavering: Fault = (answer, random) =>
      random() < 0.5 ? inDecision(({ approved }) => ({ approved: !approved }))(answer, random) : answer;
    const faulty = await docket.with({ agent: withFault(wavering) });
    const trials = await faulty.run('v2', { cases: ['06-excellent-credit-loan-5-times-income'], trials: 10 });
    expect(trials).not.toBeConsistent();
    expect(trials).not.toPassScorer('trial-consistency');
    // A steady one is consistent even where it is wrong.
    const steady = await docket.with({ agent: withFault(inDecision(({ approved }) => ({ approved: !approved }))) });
    expect(await steady.run('v2', { trials: 3 })).toBeConsistent();
  });

  test('an underwriter that slips now and then fails those trials only', async ({ docket }) => {
    const slipping = await docket.with({ simulation: { slipRate: 0.2 } });
    const trials = await slipping.run('v2', { trials: 20 });
    const failing = trials.filter(({ pass }) => !pass);
    expect(trials.length).toBeGreaterThanOrEqual(300);
    // A fifth is expected, give or take five standard deviations: by luck it is further off once in a million.
    const deviation = Math.sqrt(trials.length * 0.2 * 0.8);
    expect(Math.abs(failing.length - trials.length * 0.2)).toBeLessThan(5 * deviation);
    expect(failing).not.toPassScorer('expected-decision');
    expect(trials.filter(({ pass }) => pass)).toAgreeWithPolicy();
  });

  test('a slow underwriter is over its budget of time', async ({ docket }) => {
    const slow = await docket.with({ simulation: { latencyMs: 20 } });
    const trials = await slow.run('v2', { cases: ['08-trivial-loan-no-debt'], trials: 2 });
    expect(trials).not.toStayWithinBudget({ maxDurationMs: 20 });
    expect(trials).toStayWithinBudget({ maxDurationMs: 20_000 });
  });

  test('an underwriter without a fault passes all of them', async ({ docket }) => {
    const trials = await docket.run('v2', { trials: 2 });
    for (const { scores } of trials) expect(scores.filter(({ pass }) => !pass)).toEqual([]);
    expect(new Set(trials.flatMap(({ scores }) => scores.map(({ name }) => name)))).toEqual(
      new Set(underwriter.scorers.filter(({ scope }) => scope === 'trial').map(({ name }) => name)),
    );
  });
});

function withFault(put: Fault): Agent {
  const { simulator } = underwriter;
  if (!simulator) throw new Error('The underwriter has no simulator to put a fault into.');
  const faulty: Simulator = {
    source: import.meta.url,
    respond: (request, random, slipping) => put(simulator.respond(request, random, slipping), random),
  };
  return { ...underwriter, simulator: faulty };
}

type ToolCall = Extract<SimulatedAnswer['content'][number], { readonly type: 'tool_use' }>;

/** A fault in the decision; the fields it does not name stay. */
function inDecision(
  change: (decision: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
  stopReason: SimulatedAnswer['stopReason'] = 'end_turn',
): Fault {
  return (answer) => {
    const [block] = answer.content;
    if (!isDecision(answer) || block?.type !== 'text') return answer;
    const decision = JSON.parse(block.text) as Record<string, unknown>;
    return { content: [{ type: 'text', text: JSON.stringify({ ...decision, ...change(decision) }) }], stopReason };
  };
}

/** A fault in which tools are called. */
function inToolCalls(change: (calls: readonly ToolCall[]) => readonly ToolCall[]): Fault {
  return (answer) =>
    isDecision(answer) ? answer : { ...answer, content: change(answer.content.filter((block) => block.type === 'tool_use')) };
}

function isDecision({ stopReason }: SimulatedAnswer): boolean {
  return stopReason === 'end_turn';
}
