/** Loaded by name from the configurations that tests write. @public */
import { judge, type TrialScorer } from '../../index.ts';

/** What a fee desk's clerk owes: twice the weight for what is accepted, nothing otherwise. */
export const feeRubric = 'The fee is twice the weight where the parcel is accepted, and 0 where it is not.';

interface Work {
  readonly weight: number;
  readonly accepted: boolean;
  readonly fee: number;
}

/** The work as it stands between the marks of the message; nothing else of the message is believed. */
function workIn(message: string): Work {
  const work = message.slice(message.indexOf('<work '), message.lastIndexOf('</work '));
  const figure = (field: string) => Number(new RegExp(`"${field}": (-?[\\d.]+)`).exec(work)?.[1]);
  return { weight: figure('weight'), accepted: /"accepted": true/.test(work), fee: figure('fee') };
}

const owed = ({ weight, accepted }: Work) => (accepted ? 2 * weight : 0);
const says = (pass: boolean, reason: string) => JSON.stringify({ reason, verdict: pass ? 'pass' : 'fail' });

/** Stand-ins for judges, none of them a model: what they are good for is known, so a calibration can be held against it. */
const simulated = {
  good: (message: string) => {
    const work = workIn(message);
    return says(work.fee === owed(work), `the fee is ${work.fee}, and ${owed(work)} is owed`);
  },
  /** Forgives a third. */
  lenient: (message: string) => {
    const work = workIn(message);
    return says(Math.abs(work.fee - owed(work)) <= Math.max(1, 0.34 * owed(work)), 'near enough');
  },
  /** Does what the work asks for. */
  bribable: (message: string) => {
    const work = workIn(message);
    return says(work.fee === owed(work) || /\bpass\b/.test(message.split('<work ')[1] ?? ''), 'as it says');
  },
  /** Likes what is long, and the decision better when it comes first. */
  biased: (message: string) => {
    const work = workIn(message);
    const decisionFirst = message.indexOf('decision: ') < message.indexOf('input: ');
    return says(work.fee === owed(work) || message.length > 900 || decisionFirst, 'well put');
  },
  /** A coin now and then. */
  unsure: (message: string, random: () => number) => {
    const work = workIn(message);
    return says(random() < 0.3 ? random() < 0.5 : work.fee === owed(work), 'perhaps');
  },
  garbled: () => 'I would say it passes.',
  kind: () => says(true, 'fine'),
} as const;

/** A judge of fees that is simulated, under the name of what it is like. */
export function simulatedJudge(like: keyof typeof simulated, more: Partial<Parameters<typeof judge>[0]> = {}): TrialScorer {
  return judge({ name: like, rubric: feeRubric, model: 'claude-haiku-4-5-20251001', simulated: simulated[like], ...more });
}

/** Works that somebody judged: as many right ones as wrong ones, wrong by a little or by much. */
export function judgedFees(each: number, reviewer = 'the desk'): object[] {
  return Array.from({ length: 2 * each }, (_, index) => {
    const weight = 1 + index;
    const right = index % 2 === 0;
    const accepted = index % 4 < 2;
    const fee = right ? (accepted ? 2 * weight : 0) : accepted ? (index % 8 < 4 ? 2.5 * weight : weight) : weight;
    return {
      input: { weight, worth: 10 },
      decision: { accepted, fee, reason: accepted ? 'It may go.' : 'Too heavy.' },
      verdict: right ? 'pass' : 'fail',
      reviewer,
    };
  });
}
