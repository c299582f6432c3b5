import { isAbsolute } from 'node:path';
import { DocketError } from '../contracts/docket-error.ts';

/**
 * Refuses a part of an agent that does not say which file it is written in: it could change without anybody noticing.
 * @param what for the message, as the beginning of a sentence
 * @throws {DocketError} when it names no file
 */
export function checkSource(source: unknown, what: string): void {
  if (typeof source === 'string' && (source.startsWith('file:') || isAbsolute(source))) return;
  const came = source === undefined ? 'is missing' : `is ${JSON.stringify(source) ?? String(source)}`;
  throw new DocketError(
    `${what}: "source" ${came}. Expected import.meta.url of the file that it is written in, because a change of that file is a change of the agent.`,
  );
}
