import type { Agent } from '../../agent/define-agent.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';

/**
 * Turns words from the command line into the agent's input: its own words, or the input as one word of JSON, which every agent takes.
 * @throws {DocketError} naming each word that is wrong and the field it stands for
 */
export function inputOf(agent: Agent, words: readonly string[]): JsonObject {
  const { commandLine } = agent;
  const [first = ''] = words;
  if (words.length === 1 && first.trimStart().startsWith('{')) return inputInJson(agent, first);
  if (!commandLine) {
    throw new DocketError(
      `The agent "${agent.name}" defines no "commandLine" arguments. Give its input as JSON: docket decide '{"<field>": <value>}'`,
    );
  }
  const usage = commandLine.words.map((word) => `<${word}>`).join(' ');
  if (words.length !== commandLine.words.length) {
    throw new DocketError(
      `Expected ${commandLine.words.length} arguments, got ${words.length}${words.length > 0 ? ` (${words.join(' ')})` : ''}. Usage: docket decide ${usage}`,
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

function inputInJson(agent: Agent, text: string): JsonObject {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new DocketError(
      `The input is not JSON (${(cause as Error).message}). Put it in single quotes: docket decide '{"<field>": <value>}'`,
      {
        cause,
      },
    );
  }
  const parsed = agent.input.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'the input'}: ${message}`);
  throw new DocketError(`The input is not valid; no model was called.\n${faults.join('\n')}`);
}
