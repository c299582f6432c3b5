import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { readAction, type Step } from './action-file.ts';
import { type Contexts, holds, interpolate, type JobStatus } from './expression.ts';
import type { HostedServices } from './hosted-services.ts';

const run = promisify(execFile);

/** A job that uses a composite action. */
export interface ActionJob {
  /** The action.yml. */
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** The checked-out repository. */
  readonly workspace: string;
  /** Folder for the runner's own files. */
  readonly scratch: string;
  readonly event: object;
  readonly attempt: number;
  /** GITHUB_API_URL. */
  readonly apiUrl: string;
  readonly services: HostedServices;
  /** Added to a bare environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ActionEnd {
  readonly conclusion: JobStatus;
  /** Exit code of the step that failed. */
  readonly code: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the steps that ran, with their outcome. */
  readonly steps: Readonly<Record<string, JobStatus>>;
  readonly log: string;
  readonly summary: string;
}

/** Runs the steps of a composite action as a runner does: real shells and real GITHUB_OUTPUT, GITHUB_ENV and GITHUB_STEP_SUMMARY files. */
export async function runAction(job: ActionJob): Promise<ActionEnd> {
  const { inputs, outputs, runs } = readAction(job.action);
  const github = { token: 'github-token', event: job.event, run_id: '77', run_attempt: String(job.attempt) };
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, job.inputs[name] ?? interpolate(input.default, { github })]),
  );
  const unknown = Object.keys(job.inputs).filter((name) => !(name in inputs));
  if (unknown.length > 0) throw new Error(`The action has no input ${unknown.join(', ')}.`);

  const files = runnerFiles(job);
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const contexts: Contexts = { inputs: given, github, steps };
  const outcomes: Record<string, JobStatus> = {};
  let status: JobStatus = 'success';
  let failedWith = 0;
  let log = '';
  for (const step of runs.steps) {
    if (!holds(step.if, contexts, status)) continue;
    const end = step.uses === undefined ? await runStep(step, job, contexts, files) : useStep(step, job, contexts);
    log += end.log;
    if (step.id !== undefined) steps[step.id] = { outputs: end.outputs };
    outcomes[step.name] = end.code === 0 ? 'success' : 'failure';
    if (end.code === 0) continue;
    status = 'failure';
    failedWith = end.code;
  }
  return {
    conclusion: status,
    code: failedWith,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, interpolate(value, contexts)])),
    steps: outcomes,
    log,
    summary: readFileSync(files.summary, 'utf8'),
  };
}

interface StepEnd {
  readonly code: number;
  readonly outputs: Record<string, string>;
  readonly log: string;
}

function useStep(step: Step, { services, workspace }: ActionJob, contexts: Contexts): StepEnd {
  const given = Object.fromEntries(Object.entries(step.with).map(([name, text]) => [name, interpolate(text, contexts)]));
  return { code: 0, outputs: { ...services.use(step.uses ?? '', given, workspace) }, log: '' };
}

async function runStep(step: Step, job: ActionJob, contexts: Contexts, files: RunnerFiles): Promise<StepEnd> {
  const script = join(files.folder, 'step.sh');
  writeFileSync(script, step.run ?? '');
  writeFileSync(files.output, '');
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: dirname(job.action),
    GITHUB_API_URL: job.apiUrl,
    GITHUB_ENV: files.env,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_OUTPUT: files.output,
    GITHUB_REPOSITORY: 'octo/loans',
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_WORKSPACE: job.workspace,
    RUNNER_TEMP: files.folder,
    ...job.environment,
    ...Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, interpolate(text, contexts)])),
  };
  const options = {
    cwd: posix.join(job.workspace, interpolate(step['working-directory'] ?? '.', contexts)),
    env: environment,
    maxBuffer: 64 * 1024 * 1024,
  };
  const ended = await run('bash', ['-c', 'exec bash --noprofile --norc -eo pipefail "$0" 2>&1', script], options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code?: number; stdout?: string }) => ({
      code: typeof error.code === 'number' ? error.code : 1,
      stdout: error.stdout ?? String(error),
    }),
  );
  return {
    code: ended.code,
    outputs: readOutputs(readFileSync(files.output, 'utf8')),
    log: `##[group]${step.name}\n${ended.stdout}\n`,
  };
}

/** `name=value` lines, and `name<<delimiter` with lines up to the delimiter. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [, plain, line, name, , lines] of text.matchAll(/^(?:([\w-]+)=(.*)|([\w-]+)<<(.+)\n([\s\S]*?)\n\4)$/gm)) {
    outputs[plain ?? name ?? ''] = line ?? lines ?? '';
  }
  return outputs;
}

interface RunnerFiles {
  readonly folder: string;
  readonly output: string;
  readonly env: string;
  readonly event: string;
  readonly summary: string;
}

function runnerFiles({ scratch, event }: ActionJob): RunnerFiles {
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, 'runner-'));
  const files = {
    folder,
    output: join(folder, 'output'),
    env: join(folder, 'env'),
    event: join(folder, 'event.json'),
    summary: join(folder, 'summary.md'),
  };
  for (const file of [files.env, files.summary]) writeFileSync(file, '');
  writeFileSync(files.event, JSON.stringify(event));
  return files;
}
