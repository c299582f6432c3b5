import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { latencyMs } from './one-call-agent.ts';
import { promptfooSuite } from './promptfoo-suite.ts';

/** How many trials, and how many of them at a time. */
export interface Load {
  readonly trials: number;
  readonly inFlight: number;
  /** Of how many cases; one for every hundred trials when not given. */
  readonly cases?: number;
}

/** Which Docket is measured: built, as it is installed, or its sources. */
export type Build = 'dist' | 'src';

const mostTrialsPerCase = 100;
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** A folder with the one-call agent, its cases and an empty store, for Docket and for promptfoo. Disposing of it removes it. */
export class BenchProject implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'docket-bench-'));
  readonly cases: number;
  readonly trialsPerCase: number;
  readonly #index: string;

  constructor({ trials, cases = Math.ceil(trials / mostTrialsPerCase) }: Load, build: Build) {
    this.trialsPerCase = Math.ceil(trials / cases);
    this.cases = cases;
    const index = join(repository, build, build === 'dist' ? 'index.js' : 'index.ts');
    this.#index = index;
    this.#write('package.json', '{ "type": "module" }');
    this.writeConfig({ current: 'v1', latencyMs });
    const provider = `file://${join(import.meta.dirname, 'promptfoo-provider.ts')}`;
    this.#write('promptfooconfig.json', JSON.stringify({ ...promptfooSuite(this.cases), providers: [provider] }));
    for (let amount = 1; amount <= this.cases; amount += 1) this.#write(`cases/amount-${amount}.json`, caseText(amount));
  }

  /** @param settings which version is current, and how long the model takes to answer */
  writeConfig(settings: { readonly current: string; readonly latencyMs: number }): void {
    this.#write(
      'docket.config.ts',
      `import * as docket from '${this.#index}';
import { oneCallAgent } from '${join(import.meta.dirname, 'one-call-agent.ts')}';
export default docket.defineConfig({ agent: oneCallAgent(docket), cases: 'cases', current: '${settings.current}', simulation: { latencyMs: ${settings.latencyMs} } });
`,
    );
  }

  /** Trials that a run makes: the wanted number, rounded up to whole cases. */
  get trials(): number {
    return this.cases * this.trialsPerCase;
  }

  /** The part of the last evaluation that says what was run. @throws when there was none */
  readEvaluation(): { readonly trials: { readonly run: number; readonly reused: number } } {
    return JSON.parse(readFileSync(join(this.directory, 'reports/evaluation.json'), 'utf8'));
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #write(name: string, text: string): void {
    const file = join(this.directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** The command line's file. */
export function docketMain(build: Build): string {
  return join(repository, build, 'cli', build === 'dist' ? 'main.js' : 'main.ts');
}

function caseText(amount: number): string {
  const id = `amount-${amount}`;
  const label = { decision: { approved: true }, source: 'policy', rationale: 'All are.', reviewers: [{ kind: 'policy' }] };
  return JSON.stringify({ id, title: `An amount of ${amount}`, input: { amount }, label, origin: { kind: 'designed' } });
}
