import type { Readable, Writable } from 'node:stream';
import { confirm, note, selectKey, text } from '@clack/prompts';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { Draft } from '../../../contracts/draft.ts';
import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { Review } from '../../../flows/promote/3-review-drafts.ts';
import type { ReviewAnswer } from '../../../review/review-answer.ts';
import { suggestedId } from '../../../review/suggested-name.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { asked, WentAway } from '../../terminal/asked.ts';

/** Where the questions are asked. */
export interface ReviewTerminal {
  readonly reviewer: string;
  readonly input: Readable;
  readonly output: Writable;
}

type Key = 'a' | 'f' | 'c' | 'd' | 'x' | 's' | 'u' | 'q';
type NextKey = 'n' | 'u' | 'q';
/** What the policy would decide. */
export type Proposal = ReturnType<Review['proposal']>;

interface Streams extends Pick<ReviewTerminal, 'input' | 'output'> {
  readonly signal: AbortSignal;
}

interface TextOptions {
  /** There to be changed. */
  readonly initialValue?: string;
  /** Says what an empty answer means. */
  readonly placeholder?: string;
  readonly optional?: boolean;
  /** What a required answer left empty is told. */
  readonly missing?: string;
  /** What is wrong with an answer, which is then asked for again; undefined when it can stand. */
  readonly fault?: (typed: string) => string | undefined;
}

/** What knows whether an answer can stand, before it is saved. */
type Checks = Pick<Review, 'decisionFields' | 'decisionFault' | 'inputFault' | 'freeId' | 'suggestedTitle'>;

/**
 * The questions of a review, one prompt each. An answer that cannot stand is asked for again at once. Each throws `WentAway` when the reviewer leaves;
 * Escape goes back to the question before, which then shows what was answered.
 */
export class ReviewQuestions {
  readonly #terminal: ReviewTerminal;
  readonly #checks: Checks;
  /** What was answered to the questions of one answer, in their order; the first `#place` of them were asked for in this turn. */
  #answered: unknown[] = [];
  #place = 0;
  /** The answer that Escape took back. */
  #before: unknown;

  constructor(terminal: ReviewTerminal, checks: Checks) {
    this.#terminal = terminal;
    this.#checks = checks;
  }

  show(title: string, body: string): void {
    note(body, plainLine(title), { output: this.#terminal.output });
  }

  async key(can: { readonly approve: boolean; readonly fill: boolean }): Promise<Key> {
    const option = (value: Key, label: string) => ({ value, label });
    const key: Key | undefined = await this.#asked((streams) =>
      selectKey<Key>({
        ...streams,
        message: `${plainLine(this.#terminal.reviewer)}, what is your answer?`,
        options: [
          ...(can.approve ? [option('a', "approve the policy's answer")] : []),
          ...(can.fill ? [option('f', 'fill in what was not recorded')] : []),
          option('c', 'correct: another decision is right'),
          option('d', 'dispute: there are good arguments for two labels'),
          option('x', 'discard'),
          option('s', 'skip'),
          option('u', 'undo the last answer'),
          option('q', 'quit'),
        ],
      }),
    );
    // Enter ends the prompt as if its first key had been pressed, and no key was.
    if (key === undefined) throw new DocketError('Enter does nothing here. Press the key of an answer.');
    return key;
  }

  /** Holds the screen until the reviewer has read what became of the answer. */
  async next(): Promise<NextKey> {
    return this.#asked((streams) =>
      selectKey<NextKey>({
        ...streams,
        message: 'Saved. What next?',
        options: [
          { value: 'n', label: 'next' },
          { value: 'u', label: 'undo it' },
          { value: 'q', label: 'quit' },
        ],
      }),
    );
  }

  /** @throws {WentAway} `escaped` at the first question */
  answer(key: Exclude<Key, 'f' | 's' | 'u' | 'q'>, draft: Draft, proposal: Proposal): Promise<ReviewAnswer> {
    return this.#inSteps(() => this.#answer(key, draft, proposal));
  }

  /** The fields that were not recorded. */
  missing(draft: Draft): Promise<JsonObject> {
    return this.#inSteps(() => this.#missing(draft));
  }

  /** Asks several questions; Escape at one of them asks the one before again. What was answered before that is not asked for twice. */
  async #inSteps<Answers>(ask: () => Promise<Answers>): Promise<Answers> {
    this.#answered = [];
    for (;;) {
      this.#place = 0;
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof WentAway) || error.how !== 'escaped' || this.#answered.length === 0) throw error;
        this.#before = this.#answered.pop();
      }
    }
  }

  /** An answer that was given before, or that of a question that is asked now. */
  async #step<Answer>(ask: (before: unknown) => Promise<Answer>): Promise<Answer> {
    if (this.#place === this.#answered.length) {
      const before = this.#before;
      this.#before = undefined;
      this.#answered.push(await ask(before));
    }
    const answer = this.#answered[this.#place] as Answer;
    this.#place += 1;
    return answer;
  }

  async #answer(key: Exclude<Key, 'f' | 's' | 'u' | 'q'>, draft: Draft, proposal: Proposal): Promise<ReviewAnswer> {
    const about = { draft: draft.id };
    switch (key) {
      case 'x':
        return { ...about, answer: 'discard', reason: await this.#text('Why is it not worth a case?') };
      case 'a': {
        const rationale = await this.#text('Why is it right?', { placeholder: 'Enter: because the policy says so', optional: true });
        return { ...about, answer: 'approve', ...(await this.#details(draft)), ...(rationale === '' ? {} : { rationale }) };
      }
      case 'c': {
        const decision = await this.#decision('What is the right decision?', proposal);
        const rationale = await this.#text('Why?');
        return { ...about, answer: 'correct', source: 'human', decision, rationale, ...(await this.#details(draft)) };
      }
      case 'd': {
        const decision = await this.#decision('What would you decide?', proposal);
        const argument = await this.#text('What supports it?');
        const against = proposal
          ? {}
          : {
              against: {
                decision: await this.#decision('What is the other label?', undefined),
                source: await this.#text('Who or what supports the other label?', { missing: 'Enter a name.' }),
                argument: await this.#text('What is the argument for it?'),
              },
            };
        return { ...about, answer: 'dispute', decision, argument, ...against, ...(await this.#details(draft)) };
      }
    }
  }

  async #missing(draft: Draft): Promise<JsonObject> {
    const given: [string, JsonValue][] = [];
    for (const field of draft.missing) {
      const fault = (typed: string) => this.#checks.inputFault({ ...draft.input, ...Object.fromEntries(given) }, field, jsonOrWords(typed));
      given.push([field, jsonOrWords(await this.#text(`${field} (not recorded)`, { missing: 'Enter a value.', fault }))]);
    }
    return Object.fromEntries(given);
  }

  /** What every case needs beside its label. */
  async #details(draft: Draft) {
    const input = await this.#missing(draft);
    // The title is the first reviewer's; the second one must not see it before the label is given.
    const second = draft.proposals.length > 0;
    const hard = 'What makes this case hard, in one line?';
    const suggested = this.#checks.suggestedTitle({ ...draft.input, ...input }) ?? draft.title;
    const title = second ? '' : (await this.#text(hard, { placeholder: `Enter: ${suggested}`, optional: true })) || suggested;
    const critical = draft.critical ?? (await this.#confirm('Is it critical? Then two people have to agree on it.', false));
    // A critical case gets its name from the draft: it waits for a second reviewer under it.
    const id = second || critical ? undefined : await this.#id(title, draft.id);
    const { policy, agent } = draft.equivalence;
    const differs = policy === 'differs' || agent === 'differs';
    const acceptRedaction = differs && (await this.#confirm('Redaction changed the answer. Keep the case as it is now?', false));
    return {
      ...(title === '' ? {} : { title }),
      ...(id === undefined ? {} : { id }),
      ...(draft.missing.length > 0 ? { input } : {}),
      ...(critical ? { critical } : {}),
      ...(acceptRedaction ? { acceptRedaction } : {}),
    };
  }

  async #id(title: string, draftId: string): Promise<string> {
    const suggested = suggestedId(title, (id) => !this.#checks.freeId(id)) ?? draftId;
    const fault = (typed: string) =>
      !/^[a-z0-9][a-z0-9-]{0,79}$/.test(typed)
        ? 'Lower-case letters, digits and dashes, at most 80.'
        : this.#checks.freeId(typed)
          ? undefined
          : `There is a case "${typed}" already.`;
    return (await this.#text('What is it called? (its id)', { placeholder: `Enter: ${suggested}`, optional: true, fault })) || suggested;
  }

  #text(
    message: string,
    { initialValue = '', placeholder = '', optional = false, missing = 'Enter a reason.', fault }: TextOptions = {},
  ): Promise<string> {
    const faultOf = (typed: string) => (typed === '' ? (optional ? undefined : missing) : fault?.(typed));
    return this.#step(async (before) => {
      const value = await this.#asked((streams) =>
        text({
          ...streams,
          message: plainLine(message),
          initialValue: plainLine(typeof before === 'string' ? before : initialValue),
          placeholder: plainLine(placeholder),
          validate(typed = '') {
            const found = faultOf(typed.trim());
            return found === undefined ? undefined : plainLine(found);
          },
        }),
      );
      return (value ?? '').trim();
    });
  }

  #confirm(message: string, initialValue: boolean): Promise<boolean> {
    return this.#step((before) =>
      this.#asked((streams) => confirm({ ...streams, message, initialValue: typeof before === 'boolean' ? before : initialValue })),
    );
  }

  #asked<Answer>(ask: (streams: Streams) => Promise<Answer>): Promise<Exclude<Answer, symbol>> {
    const { input, output } = this.#terminal;
    return asked(input, (signal) => ask({ input, output, signal }));
  }

  async #decision(message: string, proposal: Proposal): Promise<JsonObject> {
    const example = proposal ? Object.entries(proposal.decision).map(([field, value]) => `${field}=${JSON.stringify(value)}`) : [];
    const fields = this.#checks.decisionFields();
    const fault = (typed: string) => {
      try {
        return this.#checks.decisionFault(parseDecision(typed, fields));
      } catch (error) {
        if (error instanceof DocketError) return error.message;
        throw error;
      }
    };
    const words = await this.#text(`${message} (field=value ...; fields: ${fields.join(', ')})`, {
      initialValue: example.join(' '),
      fault,
    });
    return parseDecision(words, fields);
  }
}

/**
 * Reads `approved=false max_loan=0` or a JSON object.
 * @param fields what a decision can speak of, for the message
 * @throws {DocketError} when it is neither
 */
export function parseDecision(words: string, fields: readonly string[]): JsonObject {
  if (words.startsWith('{')) {
    const value = jsonOrWords(words);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  }
  const pairs = [...words.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|\S+)/g)];
  if (pairs.length > 0) return Object.fromEntries(pairs.map(([, field = '', value = '']) => [field, jsonOrWords(value)]));
  throw new DocketError(`"${plainLine(words)}" is not a decision. Write field=value; the fields are ${plainLine(fields.join(', '))}.`);
}

/** A JSON value where it is one, otherwise the words themselves. */
function jsonOrWords(words: string): JsonValue {
  try {
    return JSON.parse(words) as JsonValue;
  } catch {
    return words;
  }
}
