import { createInterface } from 'node:readline';

/** Set by a server that starts this process before it knows for what: the words come as JSON on the first line of standard input. */
const spareVariable = 'DOCKET_SPARE';

/**
 * Loads what most commands load, nothing of the project, and waits to be told what to do.
 * @returns the words of the command; undefined for a process that has them already
 */
export async function wordsOfSpare(environment: NodeJS.ProcessEnv): Promise<string[] | undefined> {
  if (environment[spareVariable] !== '1') return undefined;
  delete environment[spareVariable];
  const told = firstLine();
  await Promise.all([
    import('../index.ts'),
    import('../flows/load-config.ts'),
    import('../flows/cases/listed-cases.ts'),
    import('../flows/summarise-traces/index.ts'),
    import('./traces/summary/run.ts'),
  ]);
  const line = await told;
  // Nobody is there any more.
  if (line === undefined) process.exit(0);
  return JSON.parse(line) as string[];
}

async function firstLine(): Promise<string | undefined> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return undefined;
}
