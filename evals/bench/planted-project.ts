import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** A copy of this repository in which changes are planted, one pull request each, and judged by its own gate. */
export class PlantedProject implements Disposable {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Copies the repository, plants what main is to have, and accepts a baseline of ten simulated trials a case. */
  static async open(plantMain: (project: PlantedProject) => void = () => {}): Promise<PlantedProject> {
    const project = new PlantedProject(mkdtempSync(join(tmpdir(), 'planted-')));
    for (const entry of ['src', 'cases', 'docket.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json', '.gitignore']) {
      cpSync(join(repository, entry), join(project.directory, entry), { recursive: true });
    }
    symlinkSync(join(repository, 'node_modules'), join(project.directory, 'node_modules'));
    plantMain(project);
    project.git('init', '--quiet', '--initial-branch=main');
    project.git('add', '--all');
    project.git('commit', '--quiet', '-m', 'main');
    const accepted = await project.docket('baseline', 'accept', '--trials', '10', '--mode', 'simulated');
    if (accepted.code !== 0) throw new Error(accepted.stderr);
    project.git('add', '--all', '--force', 'reports/baseline.json');
    project.git('commit', '--quiet', '-m', 'baseline');
    return project;
  }

  /** A second one with the same main, for changes that are judged at the same time. */
  copy(): PlantedProject {
    const directory = mkdtempSync(join(tmpdir(), 'planted-'));
    cpSync(this.directory, directory, { recursive: true, verbatimSymlinks: true });
    return new PlantedProject(directory);
  }

  /** Judges main with the change and returns the verdict as JSON text. Nothing that an earlier change left is used. */
  async judge(name: string, plant: (project: PlantedProject) => void, ...words: string[]): Promise<string> {
    this.git('checkout', '--quiet', '--force', '-B', 'change', 'main');
    plant(this);
    this.git('add', '--all');
    this.git('commit', '--quiet', '-m', name);
    for (const left of ['docket.db', 'editions.json']) rmSync(join(this.directory, '.docket', left), { force: true });
    const { stdout, stderr } = await this.docket('gate', '--against', 'main', '--json', ...words);
    if (stdout.trim() === '') throw new Error(`${name}: no verdict.\n${stderr}`);
    return stdout;
  }

  /** Changes a file; a change that changes nothing is a fault of the bench. */
  edit(file: string, change: (text: string) => string): void {
    const path = join(this.directory, file);
    const before = readFileSync(path, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`The change of ${file} changed nothing.`);
    writeFileSync(path, after);
  }

  remove(file: string): void {
    rmSync(join(this.directory, file));
  }

  git(...words: string[]): string {
    const identity = ['-c', 'user.name=planter', '-c', 'user.email=planter@example.org'];
    return execFileSync('git', ['-C', this.directory, ...identity, ...words], { encoding: 'utf8' });
  }

  docket(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const options = { cwd: this.directory, maxBuffer: 1e9, env: { ...process.env, ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' } };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, ['src/cli/main.ts', ...words], options, (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? 1, stdout, stderr }),
      );
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
