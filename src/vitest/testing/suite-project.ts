import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const room = dirname(import.meta.dirname);
const vitestCommandLine = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));

export interface Finished {
  readonly code: number | null;
  /** Standard output and error as they came. */
  readonly output: string;
}

/** A project with the turnstile as its agent, in a folder of its own, and vitest's command line run in it. */
export class SuiteProject implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'docket-vitest-'));

  constructor(heights: Readonly<Record<string, number>> = { tall: 180, small: 100 }) {
    symlinkSync(join(dirname(dirname(room)), 'node_modules'), join(this.folder, 'node_modules'));
    this.write('package.json', '{ "type": "module" }\n');
    this.write(
      'docket.config.ts',
      `import { turnstile } from '${room}/testing/turnstile.ts';\nexport default { agent: turnstile, cases: 'cases', current: 'strict', trials: 3 };\n`,
    );
    this.write(
      'vitest.config.ts',
      `import { refuseEmptyRuns } from '${room}/plugin.ts';\nexport default { plugins: [refuseEmptyRuns()], test: { include: ['*.eval.ts'], reporters: ['default', '${room}/reporter.ts'] } };\n`,
    );
    for (const [id, height] of Object.entries(heights)) this.write(`cases/${id}.json`, caseFile(id, height));
  }

  write(name: string, text: string): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Writes a suite; `test`, `expect`, `describeCases` and `describe` are imported. */
  writeSuite(name: string, text: string): void {
    this.write(name, `import { describe } from 'vitest';\nimport { describeCases, expect, test } from '${room}/index.ts';\n${text}\n`);
  }

  /** Runs `vitest run` to its end. */
  run(options: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return this.spawn(process.execPath, [vitestCommandLine, 'run', ...options], environment);
  }

  /** Runs a command as a person would type it. */
  shell(command: string): Promise<Finished> {
    return this.spawn('/bin/sh', ['-c', command.replace('npx vitest', `"${process.execPath}" "${vitestCommandLine}"`)]);
  }

  spawn(program: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
    const child = spawn(program, words, {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function caseFile(id: string, height: number): string {
  return JSON.stringify({
    id,
    title: `A visitor of ${height} cm`,
    input: { height },
    label: {
      decision: { admitted: height >= 120 },
      source: 'policy',
      rationale: 'From 120 cm.',
      reviewers: [{ kind: 'policy' }],
    },
    origin: { kind: 'designed' },
  });
}
