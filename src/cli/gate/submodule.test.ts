import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gateProject, soundPrompt } from '../testing/gate-project.ts';
import { judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

it("judges a prompt that lies in a submodule by main's commit of it", { tags: ['slow'] }, async () => {
  const shared = mkdtempSync(join(tmpdir(), 'docket-shared-'));
  using project = gateProject();
  const git = (place: string, ...words: string[]) =>
    execFileSync(
      'git',
      ['-c', 'protocol.file.allow=always', '-c', 'user.name=Clerk', '-c', 'user.email=clerk@example.org', '-C', place, ...words],
      {
        stdio: 'pipe',
      },
    );
  const commitPrompt = (place: string, prompt: string) => {
    writeFileSync(join(place, 'v1.md'), prompt);
    git(place, 'add', '--all');
    git(place, 'commit', '--quiet', '--message', 'The prompt');
  };
  git(shared, 'init', '--quiet', '--template=');
  commitPrompt(shared, soundPrompt);
  project.git('rm', '--quiet', '-r', 'prompts');
  git(project.directory, 'submodule', '--quiet', 'add', shared, 'prompts');
  project.commit('Prompts of everybody');
  const { code, stderr } = await runHere(['baseline', 'accept'], project);
  expect(code, stderr).toBe(0);
  project.commit('The baseline');
  project.git('switch', '--quiet', '--create', 'change');
  commitPrompt(join(project.directory, 'prompts'), laxPrompt);
  project.commit('Other prompts');
  const { verdict, stdout } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'regressed' });
  expect(stdout).toContain('the prompt');
  rmSync(shared, { recursive: true });
});
