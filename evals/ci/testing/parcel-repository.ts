import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { acceptBaseline } from '../../../src/flows/gate/accept-baseline.ts';
import { openSession } from '../../../src/flows/session.ts';

/** A pull request as GitHub's events describe it. */
export interface PullRequest {
  readonly event: object;
  /** Clones the repository into a new folder, as a clean runner does. */
  checkOut(): string;
}

/** A git repository with the parcel clerk, its cases and an accepted baseline on main. */
export class ParcelRepository implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'docket-action-'));
  #checkouts = 0;

  static async create(): Promise<ParcelRepository> {
    const repository = new ParcelRepository();
    const { origin } = repository;
    mkdirSync(origin);
    repository.#git('init', '--quiet', '--initial-branch=main');
    const agent = new URL('parcel-clerk.ts', import.meta.url).href;
    repository.#write({
      '.gitignore': '.docket/\nreports/*\n!reports/baseline.json\n',
      'docket.config.ts': [
        "import { readFileSync } from 'node:fs';",
        `import { parcelClerk } from '${agent}';`,
        "const prompt = readFileSync(new URL('prompt.md', import.meta.url), 'utf8');",
        "export default { agent: parcelClerk(prompt), cases: 'cases', current: 'v1' };\n",
      ].join('\n'),
      'prompt.md': 'You are a clerk. Take no parcel over the limit.\n',
      ...Object.fromEntries([5, 12, 20, 30].map((weight) => [`cases/${weight}-kg.json`, caseText(weight)])),
    });
    // Before there is a baseline.
    repository.#commit('The clerk');
    const session = await openSession({ directory: origin, mode: 'simulated', environment: {}, warn: () => {} });
    await acceptBaseline(session, { trials: 10, most: 10, refresh: false, signal: new AbortController().signal });
    await session.close();
    repository.#commit('The baseline');
    return repository;
  }

  /** A branch that changes files of main. */
  propose(branch: string, files: Readonly<Record<string, string>>): PullRequest {
    this.#git('switch', '--quiet', '-c', branch, 'main');
    this.#write(files);
    this.#commit(branch);
    return {
      event: {
        pull_request: { number: 7, base: { sha: this.#git('rev-parse', 'main') }, head: { sha: this.#git('rev-parse', branch) } },
      },
      checkOut: () => {
        this.#checkouts += 1;
        const folder = join(this.folder, `checkout-${this.#checkouts}`);
        execFileSync('git', ['clone', '--quiet', '--branch', branch, this.origin, folder]);
        return folder;
      },
    };
  }

  /** Main's baseline as if it had been refreshed until it had this epoch. */
  withEpoch(epoch: number): Readonly<Record<string, string>> {
    const file = 'reports/baseline.json';
    return { [file]: this.#git('show', `main:${file}`).replace('"epoch": 1', `"epoch": ${epoch}`) };
  }

  /** The commit that has no baseline yet. */
  initialCommit(): string {
    return this.#git('rev-list', '--max-parents=0', 'main');
  }

  get origin(): string {
    return join(this.folder, 'origin');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.origin, file)), { recursive: true });
      writeFileSync(join(this.origin, file), text);
    }
  }

  #commit(message: string): void {
    this.#git('add', '--all', '--force', '--', '.', ':!.docket');
    this.#git('-c', 'user.name=Clerk', '-c', 'user.email=clerk@example.com', 'commit', '--quiet', '-m', message);
  }

  #git(...words: string[]): string {
    return execFileSync('git', ['-C', this.origin, ...words], { encoding: 'utf8' }).trim();
  }
}

function caseText(weight: number): string {
  return JSON.stringify({
    id: `${weight}-kg`,
    title: `A parcel of ${weight} kg`,
    input: { weight },
    label: { decision: { accepted: weight <= 20 }, source: 'policy', rationale: 'The limit is 20 kg.', reviewers: [{ kind: 'policy' }] },
    origin: { kind: 'designed' },
  });
}
