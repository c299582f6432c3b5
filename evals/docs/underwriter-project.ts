import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/**
 * Makes a project of the underwriter in a folder of its own: the repository's sources, some of its cases, no trial and no trace. Its
 * reviewer is whom git names there.
 * @param cases names of case files; all when not given
 * @returns the folder, which the caller removes
 */
export function makeUnderwriterProject(cases?: readonly string[]): string {
  const project = mkdtempSync(join(tmpdir(), 'docket-project-'));
  const source = join(repository, 'src');
  writeFileSync(
    join(project, 'docket.config.ts'),
    `import { defineConfig } from '${source}/index.ts';
import { underwriter } from '${source}/underwriting/agent.ts';
export default defineConfig({ agent: underwriter, cases: 'cases', current: 'v2', versions: ['v1', 'v2'], trials: 5 });
`,
  );
  mkdirSync(join(project, 'cases'));
  for (const name of cases ?? ['']) cpSync(join(repository, 'cases', name), join(project, 'cases', name), { recursive: true });
  execFileSync('git', ['init', '--quiet', project]);
  execFileSync('git', ['-C', project, 'config', 'user.name', 'Your Name']);
  return project;
}
