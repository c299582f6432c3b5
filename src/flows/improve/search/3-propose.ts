import type { PromptSearch } from '../../../contracts/prompt-search.ts';
import { proposedPrompt } from '../../../improvement/search/proposed-prompt.ts';
import {
  longestReflection,
  reflectionMessage,
  reflectionSchema,
  reflectionSystem,
  type Shown,
} from '../../../improvement/search/reflection.ts';
import { simulatedProposal } from '../../../improvement/search/simulated-proposer.ts';
import { ModelError } from '../../../model/model-error.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import { askModel } from '../../judging/ask-model.ts';
import type { Session } from '../../session.ts';
import type { TriedPrompt } from './2-try-prompt.ts';

/** Longest answer of a proposer, in tokens. */
const maxTokens = 8_000;

/** What a proposer said, or why no more is asked. */
export type Proposal =
  | { readonly text: string; readonly why: string }
  | { readonly dropped: string }
  | { readonly ended: string; readonly budget: boolean };

/** What was there before. */
interface Known extends Pick<Shown, 'tried'> {
  readonly original: string;
  /** Texts that are no news. */
  readonly known: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** Asks the session's model for other prompts; a simulated one proposes by luck from what the detectors suggest. */
export class PromptProposer {
  readonly #session: Session;
  readonly #model: string;
  readonly #seed: number;
  #who: PromptSearch['proposer'];
  questions = 0;
  #dollars = 0;

  constructor(session: Session, model: string, seed: number) {
    this.#session = session;
    this.#model = model;
    this.#seed = seed;
  }

  /** The most that one question may cost; undefined where the price is not known. */
  get dearest(): number | undefined {
    const inputTokens = Math.ceil((longestReflection + reflectionSystem.length + JSON.stringify(reflectionSchema).length) / 4);
    const usage = { inputTokens, outputTokens: maxTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
    return this.#session.config.prices.dollarsOf(this.#model, usage);
  }

  get who(): PromptSearch['proposer'] {
    return this.#who;
  }

  get dollars(): number {
    return this.#dollars;
  }

  async propose(parent: TriedPrompt, cases: readonly LoadedCase[], { original, known, tried, signal }: Known): Promise<Proposal> {
    const { problems, changes } = parent.findings();
    const ask = askModel(() => this.#session.model, this.#session.config.prices);
    this.questions += 1;
    try {
      const reply = await ask(
        {
          model: this.#model,
          system: reflectionSystem,
          message: reflectionMessage({
            agent: parent.runs.reading.agent,
            prompt: parent.text,
            failures: parent.failuresOn(cases),
            problems,
            tried,
            suggestions: changes.filter(({ group, literal }) => group === 'prompt' && literal),
          }),
          schema: reflectionSchema,
          maxTokens,
          series: `search:proposer-${this.#seed}`,
          number: this.questions,
          simulated: simulatedProposal,
        },
        signal,
      );
      if (!reply) return { ended: 'nobody answers who could propose', budget: false };
      this.#who = { model: reply.model, mode: reply.mode };
      this.#dollars += reply.dollars ?? (reply.mode === 'live' ? (this.dearest ?? 0) : 0);
      const proposed = proposedPrompt(reply.text, original, known);
      return 'fault' in proposed ? { dropped: proposed.fault } : proposed;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return { ended: error.message, budget: error.kind === 'spend-limit' };
    }
  }
}
