#!/usr/bin/env node
import { exitCodes } from '../contracts/docket-error.ts';
import { runCommandLine } from './command-line.ts';
import { invocationOf } from './invocation.ts';
import { processTerminal } from './terminal.ts';

// A fault outside the command's own flow still ends as a crash, not as Node.js's exit code 1, which means "failed trials" here.
process.on('uncaughtException', (error) => {
  process.stderr.write(`Docket failed, and that is a fault of its own:\n${error.stack ?? error.message}\nPlease report these lines.\n`);
  process.exit(exitCodes.crash);
});

process.exitCode = await runCommandLine(invocationOf(process.argv, process.env), processTerminal());
