import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { required } from './workflow-commands.mjs';

/** Files through which a step steers the steps after it. Docket loads the pull request's own code, which has no business there. */
const steering = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];

/** In UTF-16 units. */
const mostCaptured = 1_000_000;

/**
 * Runs Docket with the given words. No shell reads them.
 * @param {readonly string[]} words
 * @param {{ readonly captured: boolean }} options `captured` keeps stdout for the caller instead of the log
 * @returns {Promise<{ readonly code: number, readonly stdout: string }>} 70 when it could not be started or was killed
 */
export function runDocket(words, { captured }) {
  const [program = 'npx', ...before] = required('DOCKET_COMMAND').trim().split(/\s+/);
  const environment = { ...process.env };
  for (const name of steering) delete environment[name];
  return new Promise((resolve) => {
    // What a model said may look like a workflow command; between these two lines the runner obeys none.
    const end = `docket-${randomUUID()}`;
    console.log(`::stop-commands::${end}`);
    let stdout = '';
    const finish = (code) => {
      console.log(`\n::${end}::`);
      resolve({ code, stdout });
    };
    const child = spawn(program, [...before, ...words], {
      env: environment,
      stdio: ['ignore', captured ? 'pipe' : 'inherit', 'inherit'],
    });
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      // Whoever prints more prints no key.
      if (stdout.length < mostCaptured) stdout += text;
    });
    let started = true;
    child.once('error', (error) => {
      started = false;
      console.log(`${program} could not be started: ${error.message}`);
      finish(70);
    });
    child.once('close', (code) => {
      if (started) finish(code ?? 70);
    });
    // The runner interrupts a cancelled step and waits a little: long enough for Docket to leave its store in order.
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
  });
}

/**
 * The words that candidate and base add to a command.
 * @returns {string[]}
 */
export function comparedWords() {
  const { DOCKET_CANDIDATE: candidate, DOCKET_AGAINST: against } = process.env;
  return [...(candidate ? [`--candidate=${candidate}`] : []), ...(against ? [`--against=${against}`] : [])];
}
