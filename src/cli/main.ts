import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../contracts/docket-error.ts';
import { endWithParent } from './end-with-parent.ts';
import { invocationOf } from './invocation.ts';
import { leaveGitHook } from './leave-git-hook.ts';
import { keepHeapModest } from './modest-heap.ts';

// A fault outside the command's own flow still ends as a crash, not as Node.js's exit code 1, which means "failed trials" here.
process.on('uncaughtException', (error) => {
  process.stderr.write(`Docket failed. This is a bug in Docket:\n${error.stack ?? error.message}\nPlease report these lines.\n`);
  process.exit(exitCodes.crash);
});

// Half of a short command is compiling. Kept beside Docket itself: a folder that all users share could be prepared by another one.
enableCompileCache(fileURLToPath(new URL('../../.docket/compile-cache', import.meta.url)));

// Loaded now, because what is imported above is compiled before the cache is open.
const { runCommandLine } = await import('./command-line.ts');
const { processTerminal } = await import('./terminal/terminal.ts');
leaveGitHook(process.env);
endWithParent(process.env);
const { wordsOfSpare } = await import('./spare.ts');
const told = await wordsOfSpare(process.env);
const invocation = invocationOf([...process.argv.slice(0, 2), ...(told ?? process.argv.slice(2))], process.env);
keepHeapModest(invocation.words[0]);
process.exitCode = await runCommandLine(invocation, processTerminal(invocation.words));
// Once nothing is left to do it ends at once: Node.js would take its signal handlers down first, and a signal that comes again in those
// milliseconds, as npm sends it, would end the process instead of its exit code.
process.once('beforeExit', () => process.on('exit', () => process.exit()));
