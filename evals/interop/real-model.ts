/**
 * What does Docket do with a model that is one? Serves SmolLM2-135M-Instruct over the Messages API and puts agents on trial with it, by the commands of
 * a user: `node evals/interop/real-model.ts`, and `--gates 5` for fewer gates than 30. The library comes from npm and the model from Python's index,
 * 190 MB into `.docket/`; without them it says so and ends with 0, but where `CI` is set with 1.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Evaluation, evaluationSchema } from '../../src/contracts/evaluation.ts';
import type { Verdict } from '../../src/contracts/verdict.ts';
import { parseBaseline } from '../../src/gate/baseline-file.ts';
import { type Served, serve } from './real-model/adapter.ts';
import { install } from './real-model/install.ts';
import { LanguageModel } from './real-model/language-model.ts';
import { ReturnsProject } from './real-model/returns-project.ts';
import { tryUnderwriter } from './real-model/try-underwriter.ts';

/** Nothing new is begun after this, milliseconds: what is missing then is said. */
const longestMs = 15 * 60_000;

const installed = install(join(import.meta.dirname, '../../.docket/interop'));
if (installed.kind === 'absent') {
  console.log(`real model skipped: ${installed.reason}.`);
  if (process.env.CI) process.exitCode = 1;
} else {
  const model = await LanguageModel.load(installed.library, installed.weights);
  const served = await serve(model);
  try {
    await run(served);
  } finally {
    await served.end();
    await model.end();
  }
}

async function run(served: Served): Promise<void> {
  const started = Date.now();
  const place = process.argv.indexOf('--gates');
  const gates = place < 0 ? 30 : Number(process.argv[place + 1]);
  using project = new ReturnsProject(served.url);
  await lap('doctor', () => askDoctor(project));
  await lap('eval', async () => say(await evaluate(project, 'v1', 'by-tool')));
  await lap('record and replay', () => recordAndReplay(project, served));
  await lap('baseline', () => acceptBaseline(project));
  await lap('the underwriter', () => tryUnderwriter(served.url));
  await lap('planted changes', () => gatePlanted(project));
  await lap('gates of an unchanged version', () => gateUnchanged(project, gates, started + longestMs));
  const { requests, readTokens, cachedTokens, writtenTokens, cut } = served.count;
  console.log(
    `${requests} requests: ${readTokens} tokens read, ${cachedTokens} known from before, ${writtenTokens} written; ${cut} answers cut. ${seconds(started)} s in all.`,
  );
}

/** Says how long a part took. */
async function lap(name: string, part: () => Promise<void>): Promise<void> {
  const start = Date.now();
  console.log(`\n${name}`);
  await part();
  console.log(`  ${seconds(start)} s`);
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}

async function askDoctor(project: ReturnsProject): Promise<void> {
  const { code, stdout, stderr } = await project.docket('doctor', '--online');
  for (const line of stdout.split('\n').filter((text) => /token|model|output|tool/i.test(text))) console.log(`  ${line.trim()}`);
  assert.equal(code, 0, stdout + stderr);
}

async function evaluate(project: ReturnsProject, ...versions: readonly string[]): Promise<Evaluation> {
  const { code, stdout, stderr } = await project.docket('eval', '--mode', 'live', '--versions', versions.join(','), '--json');
  // Some of its answers are wrong: that ends with 1, and is what it is for.
  assert.ok(code === 0 || code === 1, `docket eval ended with ${code}:\n${stderr}`);
  return evaluationSchema.parse(JSON.parse(stdout));
}

function say({ versions }: Evaluation): void {
  for (const { version, totals, cases } of versions) {
    const outcomes = cases.flatMap(({ trials }) => trials.map(({ outcome }) => outcome));
    const each = [...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, { length }]) => `${length} ${outcome}`).join(', ');
    const agreement = totals.agreement === undefined ? 'unknown' : `${(totals.agreement * 100).toFixed(0)} %`;
    console.log(`  ${version.name}: ${totals.passes} of ${totals.runs} right (${each}), ${totals.infraErrors} infra errors`);
    console.log(
      `    two repeats agree: ${agreement}; ${totals.tokens} tokens, ${totals.dollars === undefined ? 'price unknown' : `$${totals.dollars.toFixed(6)}`}`,
    );
    console.log(`    ${cases.map(({ caseId, passes, runs }) => `${caseId} ${passes}/${runs}`).join(', ')}`);
    assert.equal(totals.infraErrors, 0, 'the model answers, rightly or wrongly');
  }
}

async function recordAndReplay(project: ReturnsProject, { count }: Served): Promise<void> {
  const words = ['--versions', 'v1', '--trials', '3', '--json'];
  const recorded = evaluationSchema.parse(JSON.parse((await project.docket('eval', '--record', '--fresh', ...words)).stdout));
  const before = count.requests;
  const replayed = evaluationSchema.parse(JSON.parse((await project.docket('eval', '--mode', 'recorded', ...words)).stdout));
  const passes = ({ versions }: Evaluation) => versions[0]?.cases.map(({ trials }) => trials.map(({ pass }) => pass));
  assert.deepEqual(passes(replayed), passes(recorded), 'a recording is what was answered');
  assert.equal(count.requests, before, 'and asks nobody');
  console.log(`  ${recorded.versions[0]?.totals.runs} trials replayed alike, without a request`);
}

async function acceptBaseline(project: ReturnsProject): Promise<void> {
  const { code, stderr } = await project.docket('baseline', 'accept', '--mode', 'live', '--trials', '20', '--json');
  assert.equal(code, 0, stderr);
  const { cases } = parseBaseline(readFileSync(join(project.directory, 'reports/baseline.json'), 'utf8'), 'reports/baseline.json');
  console.log(`  ${cases.map(({ id, passes, runs }) => `${id} ${passes}/${runs}`).join(', ')}`);
  project.commit('Baseline');
}

/** The same questions to the same model: a deadline that nobody reaches makes it another version, so that each gate runs trials of its own. */
async function gateUnchanged(project: ReturnsProject, gates: number, until: number): Promise<void> {
  const verdicts: Verdict[] = [];
  for (let number = 1; number <= gates && Date.now() < until; number += 1) {
    project.branch(`unchanged-${number}`, 'settings.ts', '100_000', `100_${String(number).padStart(3, '0')}`);
    verdicts.push(await gate(project));
  }
  const blocked = verdicts.filter(({ verdict }) => verdict === 'regressed').length;
  console.log(
    `  ${verdicts.length} gates${verdicts.length < gates ? ` of ${gates}, for the time was up` : ''}: ${tally(verdicts)}; blocked for nothing: ${blocked}`,
  );
  const totals = verdicts.flatMap((verdict) => ('candidate' in verdict && verdict.candidate ? [verdict.candidate.totals] : []));
  const sum = (field: 'passes' | 'runs') => totals.reduce((all, each) => all + each[field], 0);
  console.log(`  in all ${sum('passes')} of ${sum('runs')} right`);
}

async function gatePlanted(project: ReturnsProject): Promise<void> {
  const file = 'prompts/returns.md';
  const planted = [
    ['harmless: a sentence is put otherwise', 'Say which reason a customer gives', 'Name the reason that a customer gives'],
    ['the examples of wrong goods are called damaged', /\{"reason":"wrong"\}/g, '{"reason":"damaged"}'],
    ['a sentence is added: nearly all are unwanted', 'wrong or unwanted.', 'wrong or unwanted. Nearly all are {"reason":"unwanted"}.'],
    ['all examples are gone', /\n\n[\s\S]*$/, '\n'],
  ] as const;
  for (const [name, from, to] of planted) {
    project.branch('planted', file, from, to);
    const verdict = await gate(project);
    const accused =
      verdict.verdict === 'regressed'
        ? `, ${verdict.accusation.cause}${verdict.accusation.cause === 'suite' ? '' : ` (${verdict.accusation.caseId})`}`
        : '';
    console.log(`  ${name}: ${verdict.verdict}${accused}; ${rightOf(verdict)}`);
  }
}

async function gate(project: ReturnsProject): Promise<Verdict> {
  const { code, stdout, stderr } = await project.docket('gate', '--against', 'main', '--budget', '120', '--json');
  assert.ok(stdout.startsWith('{'), `docket gate ended with ${code}:\n${stderr}`);
  const verdict = JSON.parse(stdout) as Verdict;
  if (verdict.verdict === 'error') throw new Error(verdict.reason);
  return verdict;
}

function tally(verdicts: readonly Verdict[]): string {
  const named = (each: Verdict) => (each.verdict === 'inconclusive' ? `inconclusive (${each.cause})` : each.verdict);
  const each = [...Map.groupBy(verdicts, named)].map(([verdict, { length }]) => `${length} ${verdict}`);
  const runs = verdicts.map(runsOf).toSorted((one, other) => one - other);
  return `${each.join(', ')}; runs a gate: ${runs[0]} to ${runs.at(-1)}, ${runs[Math.floor(runs.length / 2)]} in the middle`;
}

/** How often it was right, beside main. */
function rightOf(verdict: Verdict): string {
  if (!('candidate' in verdict && 'baseline' in verdict)) return 'nothing was run';
  const [change, main] = [verdict.candidate?.totals, verdict.baseline?.totals];
  return `${change?.passes} of ${change?.runs} right, main ${main?.passes} of ${main?.runs}`;
}

function runsOf(verdict: Verdict): number {
  return 'candidate' in verdict ? (verdict.candidate?.totals.runs ?? 0) : 0;
}
