import { Socket } from 'node:net';
import { resolve } from 'node:path';
import { describeServed } from '../../agent/agent-port.ts';
import { resolveVersion, type Version } from '../../agent/version.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { readLines } from '../../contracts/lines.ts';
import { startedIn } from '../../contracts/started-in.ts';
import { startTelemetry } from '../../traces/telemetry/telemetry.ts';
import { hearingOf } from '../../traces/trial-spans/hearing-of.ts';
import { TrialSpans } from '../../traces/trial-spans/span-listener.ts';
import { type FromWorker, longestLine, protocolVersion, type ToWorker, toWorkerSchema } from '../../workers/protocol.ts';
import { type ScoredElsewhere, serveAgent } from '../../workers/serve-agent.ts';
import { loadCases } from '../cases/load-cases.ts';
import { thisDocket } from '../docket-copy.ts';
import { scoreTrial } from '../judging/score-trial.ts';
import { Scoring } from '../judging/scoring.ts';
import { loadConfig } from '../load-config.ts';
import { mixtureOf } from './mixture-of.ts';

/** A worker's process: speaks the protocol on pipes 3 and 4, and serves one version of the agent of one checkout. */
const requests = new Socket({ fd: 3, readable: true, writable: false });
const answers = new Socket({ fd: 4, readable: false, writable: true });
const send = (message: FromWorker) => void answers.write(`${JSON.stringify(message)}\n`);
let take: ((message: ToWorker) => void) | undefined;

// Without a judge there is nothing to do, whatever the agent's code still has under way.
for (const event of ['end', 'error', 'close']) requests.on(event, () => process.exit(0));
answers.on('error', () => process.exit(0));

readLines(requests, longestLine, {
  onTooLong: () => process.exit(1),
  onLine(line) {
    const message = toWorkerSchema.parse(JSON.parse(line));
    if (message.type !== 'start') take?.(message);
    else void start(message);
  },
});

function valuesOf({ prompt }: Version, { prompt: text, model, settings }: NonNullable<Started['told']> = {}): Partial<Version> {
  return {
    ...(text === undefined ? {} : { prompt: { ...prompt, text } }),
    ...(model === undefined ? {} : { model }),
    ...(settings === undefined ? {} : { settings }),
  };
}

type Started = Extract<ToWorker, { type: 'start' }>;

async function start({ protocol, root, directory = root, reference, mixture, told }: Started): Promise<void> {
  try {
    if (protocol !== protocolVersion)
      throw new DocketError(`The judge speaks worker protocol ${protocol}, this Docket ${protocolVersion}.`);
    process.chdir(directory);
    const { agent, ...settings } = await loadConfig(root);
    const own = { agent, version: resolveVersion(agent, reference ?? settings.current) };
    const served = mixture ? await mixtureOf(own, mixture) : { ...own, version: { ...own.version, ...valuesOf(own.version, told) } };
    const cases = () => loadCases(settings.cases, agent).map((loaded) => ({ ...loaded, file: resolve(startedIn, loaded.file) }));
    // The judge's store is not this process's: what answers later is asked for each proposal anew.
    const scoring = new Scoring(agent, settings.scoring, settings.prices);
    const score = async (version: DescribedVersion, owed: readonly string[], { case: found, input, trial }: ScoredElsewhere) => {
      const { pass, scores } = await scoreTrial(scoring, version, { case: found, input, fingerprint: '', file: '' }, trial, { owed });
      return { pass, scores };
    };
    const warn = (message: string) => void process.stderr.write(`${message}\n`);
    // What the judge is told of a run is all that leaves this process.
    await startTelemetry({ environment: {}, hearing: await hearingOf(served.agent), warn });
    const spans = new TrialSpans(warn);
    const described = await describeServed(served.agent, served.version);
    take = serveAgent(
      { ...served, described, cases, score, spans, settings: JSON.parse(JSON.stringify(settings)), docket: thisDocket.version },
      send,
    );
  } catch (error) {
    send({ type: 'refused', message: error instanceof DocketError ? error.message : `${error instanceof Error ? error.stack : error}` });
  }
}
