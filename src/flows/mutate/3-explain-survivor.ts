import fc from 'fast-check';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import type { Mutant } from '../../agent/mutator.ts';
import { inputSchemaOf } from '../../agent/parse-input.ts';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { Killer, MutantResult } from '../../contracts/mutation.ts';
import type { FailedTrial, Trial } from '../../contracts/trial.ts';
import { allInputs, arbitraryInput, boundaryInputs, type InputSource } from '../../mutation/arbitrary-input.ts';
import { plainerInputs, plainnessOf } from '../../mutation/plainer-inputs.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { owedFields } from '../gate/decision-change.ts';
import { noStoredRuns, type StoredRuns } from '../gate/ledger.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import type { TrialScores } from '../judging/score-trial.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { casePlaceholder } from '../label-agreement.ts';
import { judgeMutant } from './2-judge-mutant.ts';
import type { MutationBench, PreparedMutant } from './bench.ts';
import { coupledModel, notingModel } from './coupled-model.ts';

/** Inputs that a mutant and the original are compared on, and inputs that are tried in the search for one that kills. */
const sampledInputs = 200;
const searchedInputs = 300;
/** At most so many inputs are all that there are. */
const exhaustible = 2000;
/** Trials of each input where all of them are tried: the luck of one might hide what it is told. */
const provingTrials = 3;
/** Plainer inputs that are tried in the place of one that kills. */
const mostTries = 150;
/** Trials of an input that fails once, and how many of them must fail. */
const confirmed = { trials: 5, failures: 2 };

/** One trial on an input that no case has, with what was sent and how it was scored. */
interface TriedTrial {
  readonly sent: string | undefined;
  /** What it did, as text: equal, and nobody can tell the two apart. */
  readonly answer: string;
  /** The tokens of its model calls, as text. */
  readonly spent: string;
  readonly scored: TrialScores | undefined;
  readonly decision: JsonObject | undefined;
}

/** Says of mutants that the gate lets pass whether any input tells them from the original, and looks for the smallest that would kill them. */
export class Survivors {
  readonly #bench: MutationBench;
  readonly #original = new Map<string, Promise<TriedTrial>>();
  readonly #source: InputSource;
  readonly #arbitrary: fc.Arbitrary<JsonObject>;
  readonly #sampled: readonly JsonObject[];
  /** True where the sampled inputs are all that there are. */
  readonly #exhaustive: boolean;

  constructor(bench: MutationBench) {
    this.#bench = bench;
    const agent = { ...bench.session.agent, input: inputSchemaOf(bench.session.agent, bench.version) };
    this.#source = { agent, inputs: bench.cases.map(({ input }) => input) };
    this.#arbitrary = arbitraryInput(this.#source);
    const all = allInputs(agent, exhaustible);
    this.#exhaustive = all !== undefined;
    this.#sampled = all ?? [...boundaryInputs(this.#source), ...fc.sample(this.#arbitrary, { numRuns: sampledInputs, seed: 1 })];
  }

  async explain(mutant: PreparedMutant, { model, delayMs }: Mutant): Promise<Pick<MutantResult, 'fate' | 'reason' | 'killer'>> {
    // What another model is sent proves nothing of what it answers.
    const modelChanged = model !== undefined || delayMs !== undefined;
    let sentOther = false;
    let spentOther = false;
    let answersOther = false;
    for (const input of this.#sampled) {
      for (let number = 1; number <= (this.#exhaustive ? provingTrials : 1) && !answersOther; number += 1) {
        const [before, after] = await Promise.all([this.#ofOriginal(input, number), this.#of(mutant, input, number)]);
        sentOther ||= before.sent !== after.sent;
        answersOther ||= before.answer !== after.answer;
        spentOther ||= before.spent !== after.spent;
      }
      if (answersOther) break;
    }
    const inputs = `${this.#sampled.length} inputs`;
    if (answersOther) return this.#search(mutant);
    if (sentOther && !modelChanged)
      return { fate: 'not-expressible', reason: `The model is told something else, and the simulated one answers the same on ${inputs}.` };
    if (model !== undefined && delayMs === undefined && !spentOther)
      return {
        fate: 'not-expressible',
        reason: `The simulated model has nothing that the fault changes: it answers the same on ${inputs}.`,
      };
    if (this.#exhaustive && !modelChanged)
      return { fate: 'equivalent', reason: `The model is sent the same on all ${inputs} that the schema takes.` };
    return {
      fate: 'survived',
      reason: `It answers as the original on ${inputs}; what else it changes no scorer that can fail a trial looks at.`,
    };
  }

  async #search(mutant: PreparedMutant): Promise<Pick<MutantResult, 'fate' | 'reason' | 'killer'>> {
    const found = await fc.check(
      fc.asyncProperty(this.#arbitrary, async (input) => !(await this.#failsOn(mutant, input))),
      { numRuns: searchedInputs, seed: 1 },
    );
    const input = found.counterexample?.[0] ?? (await this.#firstFailing(mutant));
    if (input === undefined)
      return {
        fate: 'survived',
        reason: `It answers otherwise than the original, and no scorer failed it on ${searchedInputs + this.#sampled.length} inputs.`,
      };
    const killer = await this.#killerOf(mutant, await this.#plainest(mutant, input));
    return { fate: 'survived', killer, reason: 'No case of the suite shows it.' };
  }

  async #firstFailing(mutant: PreparedMutant): Promise<JsonObject | undefined> {
    for (const input of this.#sampled) if (await this.#failsOn(mutant, input)) return input;
    return undefined;
  }

  async #failsOn(mutant: PreparedMutant, input: JsonObject): Promise<boolean> {
    if ((await this.#of(mutant, input, 1)).scored?.pass !== false) return false;
    let failures = 1;
    for (let number = 2; number <= confirmed.trials; number += 1)
      if ((await this.#of(mutant, input, number)).scored?.pass === false) failures += 1;
    if (failures < confirmed.failures) return false;
    for (let number = 1; number <= confirmed.trials; number += 1) if (!(await this.#ofOriginal(input, number)).scored?.pass) return false;
    return true;
  }

  /** The input with numbers of as few digits as still fail: what the library's own shrinking leaves, made readable. */
  async #plainest(mutant: PreparedMutant, input: JsonObject): Promise<JsonObject> {
    let best = input;
    let tries = 0;
    for (let better: JsonObject | undefined = input; better && tries < mostTries; ) {
      best = better;
      better = undefined;
      for (const plainer of plainerInputs(this.#source, best)) {
        if (plainnessOf(this.#source, plainer) >= plainnessOf(this.#source, best)) continue;
        tries += 1;
        if (tries > mostTries) break;
        if (!(await this.#failsOn(mutant, plainer))) continue;
        better = plainer;
        break;
      }
    }
    return best;
  }

  /** The input with what is wrong there, and the gate's word on the suite with such a case. */
  async #killerOf(mutant: PreparedMutant, input: JsonObject): Promise<Killer> {
    const { cases, stored, session } = this.#bench;
    const loaded = this.#caseOf(input, await this.#expected(input));
    const seen = new Set<string>();
    for (let number = 1; number <= confirmed.trials; number += 1)
      for (const { hard, pass, findings, reason } of (await this.#of(mutant, input, number)).scored?.scores ?? [])
        if (hard && !pass)
          for (const message of findings.length > 0 ? findings.map((finding) => finding.message) : [reason]) seen.add(message);
    const runs = await this.#storedRuns(loaded);
    const { end } = await judgeMutant(this.#bench, mutant, {
      cases: [...cases, loaded],
      stored: new Map([...stored, [loaded.case.id, runs]]),
    });
    return {
      input,
      ...(session.agent.policy ? { decision: loaded.case.label.decision } : {}),
      seen: [...seen].slice(0, 3),
      kills: end !== 'pass',
    };
  }

  /** As many runs of the original on a new case as on the others. */
  async #storedRuns(loaded: LoadedCase): Promise<StoredRuns> {
    const { original, stored, session, concurrency, signal } = this.#bench;
    const [first] = stored.values();
    const counts = { passes: 0, runs: 0 };
    await judgeTrials(
      Array.from({ length: first?.runs ?? 1 }, (_, index) => ({
        request: trialRequest(original, loaded, 'mutation:main:killer', index + 1),
        place: { loaded },
      })),
      {
        session,
        concurrency,
        signal,
        onEnd({ scored }) {
          counts.runs += 1;
          if (scored?.pass) counts.passes += 1;
        },
      },
    );
    return { ...noStoredRuns, ...counts };
  }

  #ofOriginal(input: JsonObject, number: number): Promise<TriedTrial> {
    const key = `${fingerprintInput(input)} ${number}`;
    const known = this.#original.get(key);
    if (known) return known;
    const { session, original } = this.#bench;
    const tried = this.#try({ session, prepared: original }, input, number);
    this.#original.set(key, tried);
    return tried;
  }

  #of(mutant: PreparedMutant, input: JsonObject, number: number): Promise<TriedTrial> {
    return this.#try(mutant, input, number);
  }

  async #try({ session, prepared }: PreparedMutant, input: JsonObject, number: number): Promise<TriedTrial> {
    const { agent } = session;
    const { original, signal } = this.#bench;
    const isOriginal = prepared === original;
    const loaded = this.#caseOf(input, isOriginal ? agent.policy?.(input) : await this.#expected(input));
    const series = `mutation:input:${loaded.fingerprint.slice(0, 16)}`;
    const sent = new Map<string, string>();
    const simulator = agent.simulator;
    if (!simulator) throw new TypeError('mutants are tried on a simulated model');
    let tried: { readonly trial: Trial | FailedTrial; readonly scored: TrialScores | undefined } | undefined;
    await judgeTrials([{ request: trialRequest(prepared, loaded, series, number), place: { loaded } }], {
      session,
      model: notingModel(coupledModel(simulator), sent),
      owed: owedFields(original),
      concurrency: 1,
      signal,
      onEnd({ trial, scored }) {
        tried = { trial, scored };
      },
    });
    const outcome = tried?.trial.outcome;
    const steps = tried?.trial.transcript.steps ?? [];
    const calls = steps.flatMap((step) => (step.kind === 'tool-call' ? [[step.tool, step.input]] : []));
    return {
      sent: sent.get(`${series} ${number}`),
      answer: canonicalJson([calls, outcome ?? null] as unknown as JsonValue),
      spent: canonicalJson(steps.flatMap((step) => (step.kind === 'model-call' ? [step.usage] : [])) as unknown as JsonValue),
      scored: tried?.scored,
      decision: outcome?.kind === 'decided' ? outcome.decision : undefined,
    };
  }

  /** The policy's decision; without a policy the one of the original. */
  async #expected(input: JsonObject): Promise<JsonObject | undefined> {
    const { policy } = this.#bench.session.agent;
    return policy ? policy(input) : (await this.#ofOriginal(input, 1)).decision;
  }

  #caseOf(input: JsonObject, decision: JsonObject | undefined): LoadedCase {
    const found = casePlaceholder('found-by-mutation', input, decision ?? {});
    return { case: found, input, fingerprint: fingerprintInput(input), file: '' };
  }
}
