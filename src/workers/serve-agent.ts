import { z } from 'zod';
import { agentPort } from '../agent/agent-port.ts';
import { decidedBy } from '../agent/decided-by.ts';
import type { Agent } from '../agent/define-agent.ts';
import { describeAgent } from '../agent/describe-agent.ts';
import { parseInput } from '../agent/parse-input.ts';
import type { Version } from '../agent/version.ts';
import type { DescribedVersion } from '../contracts/described-agent.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { Score } from '../contracts/score.ts';
import type { SpanListener } from '../contracts/trial-spans.ts';
import type { ModelRequest } from '../model/model.ts';
import { simulatedModel } from '../model/simulated.ts';
import { JudgedCalls } from './judged-model.ts';
import { type FromWorker, protocolVersion, type ToWorker, type WorkerCase } from './protocol.ts';

/** A trial that another process ran, with the case that it is scored by. */
export type ScoredElsewhere = Extract<ToWorker, { type: 'score' }>['trials'][number];

/** One version of an agent, as a worker serves it. */
export interface ServedAgent {
  readonly agent: Agent;
  readonly version: Version;
  /** The version as plain data. */
  readonly described: DescribedVersion;
  /** What the configuration says beside the agent. */
  readonly settings: JsonObject;
  /** Reads the checkout's cases. @throws {Error} with a sentence for people */
  readonly cases: () => readonly WorkerCase[];
  /** Scores a trial that was run elsewhere. @throws {Error} with a sentence for people */
  readonly score: (
    version: DescribedVersion,
    owed: readonly string[],
    trial: ScoredElsewhere,
  ) => Promise<{ pass: boolean; scores: Score[] }>;
  /** Hears the spans of an agent that answers by itself. */
  readonly spans?: SpanListener;
  /** Docket's own version. */
  readonly docket: string;
}

/** Answers a judge's questions about one version of an agent. Says `hello` at once; returns what takes each further message. */
export function serveAgent(served: ServedAgent, send: (message: FromWorker) => void): (message: ToWorker) => void {
  const { agent, version, described, settings, cases, score, spans, docket } = served;
  const calls = new JudgedCalls(send);
  const runs = new Map<number, AbortController>();
  const port = agentPort(agent, version);
  send({ type: 'hello', protocol: protocolVersion, docket, agent: describeAgent(agent), version: described, settings });

  async function run(message: Extract<ToWorker, { type: 'run' }>): Promise<void> {
    const controller = new AbortController();
    runs.set(message.id, controller);
    try {
      const { outcome, transcript, usage } = await port.run(message.input, {
        model: calls.modelOf(message.id, message.mode),
        // What a simulated model is seeded with and recordings are found by is the judge's to know.
        series: 'judge',
        trialNumber: 1,
        signal: controller.signal,
        now: () => performance.now(),
        spans,
      });
      send({ type: 'decided', id: message.id, outcome, transcript, usage });
    } catch (error) {
      if (!controller.signal.aborted) send({ type: 'thrown', id: message.id, message: textOf(error) });
    } finally {
      runs.delete(message.id);
    }
  }

  async function simulate({ id, request, series, trialNumber, slipRate }: Extract<ToWorker, { type: 'simulate' }>): Promise<void> {
    try {
      if (!agent.simulator) throw new Error('The agent has no simulated model.');
      const model = simulatedModel(agent.simulator, { slipRate });
      const { signal } = new AbortController();
      const answered = await model.create(request as unknown as ModelRequest, { series, trialNumber, signal });
      send({ type: 'simulated', id, answer: answered as unknown as JsonObject });
    } catch (error) {
      send({ type: 'unanswered', id, message: textOf(error) });
    }
  }

  async function answer(id: number, answered: () => FromWorker | Promise<FromWorker>): Promise<void> {
    let message: FromWorker;
    try {
      message = await answered();
    } catch (error) {
      message = { type: 'unanswered', id, message: error instanceof Error ? error.message : String(error) };
    }
    send(message);
  }

  return (message) => {
    switch (message.type) {
      case 'parse':
        return send({ type: 'parsed', id: message.id, inputs: message.inputs.map((input) => parse(agent, input)) });
      case 'cases':
        return void answer(message.id, () => ({ type: 'cases', id: message.id, cases: [...cases()] }));
      case 'score': {
        const { id, version: run, owed, trials } = message;
        return void answer(id, async () => ({
          type: 'scores',
          id,
          scored: await Promise.all(trials.map((trial) => score(run, owed, trial))),
        }));
      }
      case 'simulate':
        return void simulate(message);
      case 'decide':
        return void answer(message.id, () => ({
          type: 'policy',
          id: message.id,
          decisions: message.inputs.map((input) => decidedBy(agent, input)),
        }));
      case 'run':
        return void run(message);
      case 'cancel':
        return runs.get(message.id)?.abort(new Error('cancelled'));
      case 'start':
        return;
      default:
        return calls.take(message);
    }
  };
}

function parse(agent: Agent, input: JsonValue): Extract<FromWorker, { type: 'parsed' }>['inputs'][number] {
  try {
    const parsed = parseInput(agent, input);
    return parsed.success ? { input: parsed.data } : { issue: z.prettifyError(parsed.error) };
  } catch (error) {
    return { issue: error instanceof Error ? error.message : String(error) };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
