import type { Decision } from '../contracts/decision.ts';
import type { JsonObject } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptCaseScorer, PromptTrialScorer } from '../contracts/scorer.ts';
import { count, listed, percent } from '../text/figures.ts';
import { scoreOf } from './score.ts';

/** The grounds that a decision can rest on, and which of them is the policy's. */
export interface StatedGroundOptions {
  /** True for a decision that has to give its ground: a denial. */
  readonly when: (decision: Decision) => boolean;
  /** Words by which each ground is known, in a sentence of the reasoning; those of grounds that the policy does not have as well. */
  readonly grounds: Readonly<Record<string, readonly RegExp[]>>;
  /** Names of the policy's grounds for an input: each that is stated must be one of them, and one must be stated. */
  readonly policy: (input: JsonObject) => readonly string[];
  /** Field of the decision that gives the reasons; `reasoning` when not given. */
  readonly field?: string;
  /** False: the score informs and does not decide. */
  readonly hard?: boolean;
}

/** Reasons that go on for longer, in UTF-16 units, are no reasons; to look through megabytes of them takes minutes. */
const longestRead = 100_000;

/** Said of a ground, it is none: "not because of the score". */
const denied = /\b(?:not|no|never|regardless of|irrespective of|despite|although|even though|rather than|isn't|wasn't|doesn't)\b/i;

/** Taken out before a ground is looked for: "is not over", "never exceeds", "no more than" state none, and neither does what is said not to count. */
const denials =
  /\b(?:not|never|no|isn't|wasn't|doesn't|cannot)\s+(?!(?:only|just|because|due|on|for|by|the|a|its?)\b)(?:(?:too|even|yet|far|in|any)\s+)?[\p{L}-]+|[^.;:]{0,120}\b(?:plays? no (?:part|role)|(?:was|were|is|are) (?:not (?:considered|taken into account|used|a factor|factors)|ignored|irrelevant|disregarded))\b/giu;

/**
 * Whether a denial states the policy's ground, as a notice of adverse action has to: none that the policy does not have, and at least one that it has for this
 * input.
 */
export function statedGround(options: StatedGroundOptions): PromptTrialScorer {
  const { when, grounds, policy, field = 'reasoning', hard = true } = options;
  const name = 'stated-ground';
  return {
    scope: 'trial',
    name,
    needs: ['input'],
    fields: [field],
    settings: settingsOf(options),
    score({ input, trial }) {
      if (trial.outcome.kind !== 'decided' || !when(trial.outcome.decision)) return undefined;
      const stated = groundsIn(trial.outcome.decision, options);
      if (stated === undefined) return undefined;
      const right = policy(input);
      const unknown = right.find((ground) => !Object.hasOwn(grounds, ground));
      if (unknown !== undefined) throw new Error(`the policy's ground "${unknown}" is none of: ${Object.keys(grounds).join(', ')}`);
      const wrong = stated.filter((ground) => !right.includes(ground));
      const findings: Finding[] = wrong.map((ground) => ({
        code: 'wrong-ground',
        message: `the reasoning gives ${ground} as the ground; the policy's is ${listed([...right]) || 'none'}`,
        field,
      }));
      if (stated.length === 0)
        findings.push({
          code: 'no-ground',
          message: `the reasoning states no ground that is known; the policy's is ${listed([...right]) || 'none'}`,
          field,
        });
      else if (wrong.length === 0 && right.length === 0)
        findings.push({ code: 'wrong-ground', message: 'the policy has no ground here', field });
      const length = String(ownField(trial.outcome.decision, field)).length;
      if (length > longestRead)
        findings.push({
          code: 'unread-ground',
          message: `the reasoning is ${count(length)} characters long, and only the first ${count(longestRead)} were read: what the rest states is unknown`,
          field,
        });
      return scoreOf(name, hard, findings, `on the ground of ${listed(stated)}`);
    },
  };
}

/** Whether the trials of a case state the same ground: the share that states the commonest one. It informs. */
export function groundConsistency(options: StatedGroundOptions): PromptCaseScorer {
  const { when, field = 'reasoning' } = options;
  const name = 'ground-consistency';
  return {
    scope: 'case',
    name,
    fields: [field],
    settings: settingsOf(options),
    score({ trials }) {
      const stated = trials.flatMap(({ outcome }) =>
        outcome.kind === 'decided' && when(outcome.decision) ? [listed(groundsIn(outcome.decision, options) ?? []) || 'none'] : [],
      );
      if (stated.length < 2) return undefined;
      const counts = [...Map.groupBy(stated, (ground) => ground)].map(([ground, of]) => ({ ground, share: of.length / stated.length }));
      const most = Math.max(...counts.map(({ share }) => share));
      const told = counts.map(({ ground, share }) => `${ground} in ${percent(share)}`).join(', ');
      const findings = counts.length > 1 ? [{ code: 'unsteady-ground', message: `the ground changes from trial to trial: ${told}` }] : [];
      return { ...scoreOf(name, false, findings, `always on the ground of ${counts[0]?.ground}`), value: most };
    },
  };
}

/** Grounds that the reasoning states, in their order; undefined without a reasoning. */
function groundsIn(decision: Decision, { grounds, field = 'reasoning' }: StatedGroundOptions): string[] | undefined {
  const reasoning = ownField(decision, field);
  if (typeof reasoning !== 'string') return undefined;
  const sentences = reasoning
    .slice(0, longestRead)
    .split(/(?<=[.!?])\s+|\n+/)
    // Once for all grounds: to look for denials takes longer than everything else here.
    .map((sentence) => ({ sentence, affirmed: sentence.replaceAll(denials, ' … ') }));
  return Object.entries(grounds).flatMap(([ground, words]) => {
    const states = sentences.some(({ sentence, affirmed }) =>
      words.some((word) => {
        // A ground that is known by a "not" is looked for in the sentence as it is.
        const read = /(?:\\b|\b)not\b/.test(word.source) ? sentence : affirmed;
        const found = new RegExp(word.source, word.flags.replace(/[gy]/g, '')).exec(read);
        return found !== null && !denied.test(read.slice(0, found.index).split(/[,;:]/).at(-1) ?? '');
      }),
    );
    return states ? [ground] : [];
  });
}

function settingsOf({ when, grounds, policy, field = 'reasoning', hard = true }: StatedGroundOptions): JsonObject {
  const words = Object.fromEntries(Object.entries(grounds).map(([ground, patterns]) => [ground, patterns.map(String)]));
  return { when: when.toString(), policy: policy.toString(), grounds: words, field, hard };
}
