#!/usr/bin/env node
// The command `docket`, in JavaScript so that any Node.js can say what is missing. A clone runs its sources as they are, never a stale
// build; an installed package has no sources and brings them built.
import { existsSync } from 'node:fs';

const oldest = 24;
const sources = new URL('main.ts', import.meta.url);
const built = new URL('../../dist/cli/main.js', import.meta.url);

if (Number.parseInt(process.versions.node, 10) < oldest) {
  console.error(
    `error: Docket runs on Node.js ${oldest} or newer, and this is ${process.version}. Give the project its own: npm install --save-dev node@${oldest} (from npm 12 on, then: npm install-scripts approve node). Then run it again.`,
  );
  process.exitCode = 2;
} else await import((existsSync(sources) ? sources : built).href);
