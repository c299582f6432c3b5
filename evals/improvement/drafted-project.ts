/** A repository of its own in which a version is drafted and tried, as a person would at the command line. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImprovementPlan, improvementPlanSchema } from '../../src/contracts/improvement-plan.ts';
import { type VersionTry, versionTrySchema } from '../../src/contracts/version-try.ts';
import { markdownTable } from '../../src/reporters/markdown-text.ts';
import { promiseText, tallyText } from '../../src/reporters/version-try-words.ts';
import { count, points, ratio } from '../../src/text/figures.ts';

export const repository = join(import.meta.dirname, '../..');

/** What a person does beside the commands: writes the code that stubs ask for. */
export interface Fill {
  readonly change: string;
  readonly file: string;
  readonly text: (before: string) => string;
}

export class DraftedProject implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'docket-draft-'));
  readonly #docket: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** @param docket `main.ts` of the Docket that is run */
  constructor(docket = join(repository, 'src/cli/main.ts'), environment: NodeJS.ProcessEnv = process.env) {
    this.#docket = docket;
    this.#environment = environment;
  }

  git(...words: readonly string[]): string {
    return execFileSync('git', ['-C', this.directory, ...words], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).trim();
  }

  /** Runs a command that is to end with one of these codes. */
  docket(words: readonly string[], codes: readonly number[] = [0]): string {
    const ended = spawnSync(process.execPath, [this.#docket, ...words], {
      cwd: this.directory,
      encoding: 'utf8',
      env: this.#environment,
      maxBuffer: 256 * 1024 * 1024,
    });
    if (!codes.includes(ended.status ?? -1))
      throw new Error(`docket ${words.join(' ')} ended with ${ended.status}:\n${ended.stdout}${ended.stderr}`);
    return ended.stdout;
  }

  get plan(): ImprovementPlan {
    return improvementPlanSchema.parse(JSON.parse(this.read('reports/improvement-plan.json')));
  }

  read(path: string): string {
    return readFileSync(join(this.directory, path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.directory, path), text);
  }

  /** Writes what stands open on the draft's branch, each as a fix-up of its change's commit. */
  fill(branch: string, version: string, fills: readonly Fill[]): void {
    const home = this.git('rev-parse', '--abbrev-ref', 'HEAD');
    this.git('switch', '--quiet', branch);
    for (const { change, file, text } of fills) {
      this.write(file, text(this.read(file)));
      const commit = this.git('log', '--format=%H', '-1', '--fixed-strings', `--grep=${version}, ${change}:`);
      this.git('commit', '--quiet', '--all', `--fixup=${commit}`);
    }
    this.git('switch', '--quiet', home);
  }

  try(version: string, against: string, ...words: readonly string[]): VersionTry {
    return versionTrySchema.parse(
      JSON.parse(this.docket(['version', 'try', version, '--against', against, '--json', ...words], [0, 1, 5])),
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** How many promises of each change were kept, and what the change does beside all others. */
export function changeTable({ promises, effects }: VersionTry): string[] {
  return markdownTable(
    ['change', 'kept', 'broken', 'not decidable', 'passed without it', 'so it brings'],
    effects.map(({ id, what, without, difference, why }) => {
      const own = promises.filter(({ changes }) => changes.includes(id));
      const of = (result: string) => String(own.filter((each) => each.result === result).length);
      return [
        `${id} ${what}`,
        of('kept'),
        of('broken'),
        of('not-decidable'),
        why ?? ratio(without),
        why === undefined ? `${points(difference.value)} (${points(difference.low)} to ${points(difference.high)})` : '',
      ];
    }),
  );
}

/** The promises that were not kept, with both versions' figures. */
export function unkept({ promises }: VersionTry): string[] {
  return promises
    .filter(({ result }) => result !== 'kept')
    .map(
      (each) =>
        `- ${each.result}: ${promiseText(each)}; ${tallyText(each.before)} before, ${tallyText(each.after)} now (${each.changes.join(', ')})`,
    );
}

export function summary({ reason, passes, verdict, version, from }: VersionTry): string {
  return `${from} passed ${ratio(passes.before)}, ${version} ${ratio(passes.after)}. Gate: ${verdict.verdict}. ${reason.replace(/^.*?Of /, 'Of ')}`;
}

export function counted(result: VersionTry): string {
  return `${count(result.spending.trials.spent)} trials run, ${count(result.spending.trials.reused)} reused`;
}
