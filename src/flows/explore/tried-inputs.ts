import type { AgentPort } from '../../agent/agent-port.ts';
import type { AgentRun } from '../../agent/agent-run.ts';
import type { Score } from '../../contracts/score.ts';
import { decisionScorerOf } from '../../contracts/scorer.ts';
import { isSettled, type Trial } from '../../contracts/trial.ts';
import { decisionOf } from '../../scorers/score.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { cannotFail } from '../judging/can-fail.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import { notJudged } from '../judging/score-trial.ts';
import { SpendingTally } from '../judging/spending.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { casePlaceholder, meetsLabel } from '../label-agreement.ts';
import type { PreparedVersion, Session } from '../session.ts';
import type { MadeInput } from './1-make-inputs.ts';

/** One thing that is wrong in a trial. */
export interface Fault {
  /** The finding's code, with the field where the code does not name it. */
  readonly name: string;
  readonly saidBy: string;
  readonly message: string;
}

/** One trial on a made input. */
export interface TriedTrial {
  readonly made: MadeInput;
  readonly trial: Trial;
  readonly faults: readonly Fault[];
  /** False where no hard scorer had anything to say of it. */
  readonly judged: boolean;
  /** How many trials had been run by then, it included. */
  readonly at: number;
}

export interface TriedOptions {
  readonly budget: number;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onTrial?: () => void;
}

/** Name under which explored trials are stored. No person can give it to others; no baseline and no gate reads it. */
const series = 'explore:input';

/** Runs a version on inputs that no case has, no more trials than its budget, and keeps what came of each. */
export class TriedInputs {
  readonly #session: Session;
  readonly #prepared: PreparedVersion;
  readonly #options: TriedOptions;
  readonly #trials = new Map<string, TriedTrial[]>();
  readonly #port: AgentPort;
  readonly spending: SpendingTally;
  /** Trials that were asked for so far. */
  spent = 0;
  /** Those of them that the machinery ended. */
  failed = 0;
  /** Why no more are run, where that is not the budget. */
  stopped: string | undefined;

  constructor(session: Session, prepared: PreparedVersion, options: TriedOptions) {
    this.#session = session;
    this.#prepared = prepared;
    this.#options = options;
    this.#port = sayingWhatItThrows(prepared.port);
    this.spending = new SpendingTally(session.config.prices);
  }

  get left(): number {
    return this.stopped === undefined ? this.#options.budget - this.spent : 0;
  }

  /** All trials so far, in the order in which they were asked for. */
  all(): TriedTrial[] {
    return [...this.#trials.values()].flat().toSorted((one, other) => one.at - other.at);
  }

  of({ fingerprint }: MadeInput): readonly TriedTrial[] {
    return this.#trials.get(fingerprint) ?? [];
  }

  /** One more trial on each input, as far as the budget goes; an input that is named twice has two. */
  async run(inputs: readonly MadeInput[]): Promise<TriedTrial[]> {
    const { signal, concurrency, onTrial } = this.#options;
    const affordable = inputs.slice(0, this.left);
    const more = new Map<string, number>();
    const wanted = affordable.map((made) => {
      const number = this.of(made).length + 1 + (more.get(made.fingerprint) ?? 0);
      more.set(made.fingerprint, (more.get(made.fingerprint) ?? 0) + 1);
      this.spent += 1;
      const place = { loaded: caseOf(made), made, at: this.spent };
      return { request: trialRequest({ ...this.#prepared, port: this.#port }, place.loaded, series, number), place };
    });
    const tried: TriedTrial[] = [];
    const { failure, stopped } = await judgeTrials(wanted, {
      session: this.#session,
      concurrency,
      signal,
      spending: this.spending,
      onEnd: ({ place: { made, at }, trial, scored }) => {
        onTrial?.();
        if (!scored || !isSettled(trial)) return;
        const vacuous = scored.scores.some(({ findings }) => findings.some(({ code }) => saysNothing.has(code)));
        const hard = vacuous ? [] : scored.scores.filter((score) => score.hard);
        const judged = hard.length > 0 || made.expected !== undefined || trial.outcome.kind !== 'decided';
        tried.push({ made, trial, at, judged, faults: this.#faultsOf(made, trial, hard) });
      },
    });
    // One trial that the machinery ended says little; that none of several came through says that the next will not.
    this.failed += affordable.length - tried.length;
    this.stopped ??= stopped?.reason ?? (affordable.length > 0 && tried.length === 0 ? failure : undefined);
    // Trials end in any order; what is found must not depend on it.
    tried.sort((one, other) => one.at - other.at);
    for (const each of tried) {
      const known = this.#trials.get(each.made.fingerprint);
      if (known) known.push(each);
      else this.#trials.set(each.made.fingerprint, [each]);
    }
    return tried;
  }

  #faultsOf(made: MadeInput, trial: Trial, hard: readonly Score[]): Fault[] {
    const { outcome } = trial;
    if (outcome.kind === 'no-decision' && outcome.reason.startsWith(ownCodeFailed))
      return [{ name: 'agent-failed', saidBy: 'the run itself', message: outcome.reason }];
    const faults = hard
      .filter(({ pass }) => !pass)
      .flatMap(({ name, findings, reason }): Fault[] =>
        findings.length === 0
          ? [{ name, saidBy: name, message: reason }]
          : findings.map(({ code, field, message }) => ({ name: faultName(code, field), saidBy: name, message })),
      );
    const decided = decisionOf(outcome);
    if ('missing' in decided) {
      const { code, message } = decided.missing;
      return faults.length > 0 ? faults : [{ name: code, saidBy: 'the run itself', message }];
    }
    const { agent } = this.#session;
    const comparing = decisionScorerOf(agent.scorers)?.name;
    if (made.expected === undefined || hard.some(({ name }) => name === comparing)) return faults;
    return meetsLabel(agent, caseOf(made), decided.decision)
      ? faults
      : [
          ...faults,
          {
            name: 'not-the-policy',
            saidBy: 'policy',
            message: `the policy decides otherwise: ${JSON.stringify(made.expected).slice(0, 200)}`,
          },
        ];
  }
}

/** `wrong-max-loan` names its field itself, `wrong-decision` does not. */
function faultName(code: string, field: string | undefined): string {
  return field === undefined || code.includes(field.replaceAll('_', '-')) ? code : `${code}: ${field}`;
}

function caseOf({ input, fingerprint, expected }: MadeInput): LoadedCase {
  return { case: casePlaceholder('made-by-explore', input, expected ?? {}), input, fingerprint, file: '' };
}

/** Codes by which it is told that nothing judged a trial. */
const saysNothing: ReadonlySet<string> = new Set([notJudged, cannotFail]);

const ownCodeFailed = "the project's own code failed";

/** What the project's own code throws, the agent's or its simulator's, is something that happens on this input, and no reason to end the search. */
function sayingWhatItThrows(port: AgentPort): AgentPort {
  return {
    ...port,
    async run(input, context): Promise<AgentRun> {
      try {
        return await port.run(input, context);
      } catch (error) {
        if (context.signal.aborted) throw error;
        return {
          outcome: { kind: 'no-decision', reason: `${ownCodeFailed}: ${error instanceof Error ? error.message : String(error)}` },
          transcript: { userMessage: '', steps: [] },
          usage: { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 },
        };
      }
    },
  };
}
