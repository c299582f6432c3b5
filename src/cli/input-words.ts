import type { Agent } from '../agent/define-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';

/**
 * Turns words from the command line into the agent's input.
 * @throws {DocketError} naming each word that is wrong and the field it stands for
 */
export function inputOf(agent: Agent, words: readonly string[]): JsonObject {
  const { commandLine } = agent;
  if (!commandLine) {
    throw new DocketError(`The agent "${agent.name}" takes no input from the command line. Give it a "commandLine", or use docket eval.`);
  }
  const usage = commandLine.words.map((word) => `<${word}>`).join(' ');
  if (words.length !== commandLine.words.length) {
    throw new DocketError(
      `Expected ${commandLine.words.length} words, ${words.length} came${words.length > 0 ? ` (${words.join(' ')})` : ''}. Usage: docket decide ${usage}`,
    );
  }
  const parsed = agent.input.safeParse(commandLine.parse(words));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const field = String(path[0] ?? '');
    const word = words[commandLine.words.indexOf(field)];
    return `  ${word === undefined ? field || 'the input' : `${field} is ${word}`}: ${message}`;
  });
  throw new DocketError(`The input is not valid; no model was called.\n${faults.join('\n')}\nUsage: docket decide ${usage}`);
}
