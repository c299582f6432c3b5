import { log, select, text } from '@clack/prompts';
import type { Survey } from '../../flows/init/1-survey-folder.ts';
import { type AgentKind, agentKindNames, agentKinds } from '../../flows/init/answers.ts';
import { asked, WentAway } from '../terminal/asked.ts';
import type { InitOptions } from './options.ts';

const existing: Readonly<Record<AgentKind, { readonly message: string; readonly placeholder: string } | undefined>> = {
  function: { message: 'Which function is it? Leave it empty for a starter', placeholder: 'src/agent.ts#decide' },
  command: { message: 'Which command starts it? Leave it empty for a starter', placeholder: 'uv run python agent.py' },
  http: { message: 'At which address does it answer? Leave it empty for a starter', placeholder: 'https://desk.example/decide' },
  messages: undefined,
  promptfoo: { message: 'Which provider of promptfoo? Leave it empty for a starter', placeholder: 'openai:gpt-5-mini' },
};

type ShapeOption = 'examples' | 'schemas' | 'traces' | 'none';

/** What was answered, and whether that is all. */
export interface Answered {
  readonly options: InitOptions;
  readonly wentAway: boolean;
}

/** Asks for what the options do not say. */
export async function askWhatIsMissing(given: InitOptions, survey: Survey): Promise<Answered> {
  let options = given;
  try {
    if (options.name === undefined)
      options = {
        ...options,
        name:
          (await ask((signal) =>
            text({ signal, message: "What is the agent's name?", defaultValue: survey.name, placeholder: survey.name }),
          )) || survey.name,
      };
    if (options.kind === undefined && options.agent === undefined)
      options = {
        ...options,
        kind: await ask((signal) =>
          select<AgentKind>({
            signal,
            message: 'What is it?',
            initialValue: survey.python ? 'command' : 'function',
            options: agentKindNames.map((value) => ({ value, label: agentKinds[value] })),
          }),
        ),
      };
    const about = options.kind && existing[options.kind];
    if (options.agent === undefined && about) {
      const agent = (await ask((signal) => text({ ...about, signal, defaultValue: '' }))) ?? '';
      if (agent.trim() !== '') options = { ...options, agent: agent.trim() };
    }
    const { input, decision, examples, traces } = options;
    if ([input, decision, examples, traces].every((source) => source === undefined)) options = { ...options, ...(await askForShape()) };
    return { options, wentAway: false };
  } catch (error) {
    if (error instanceof WentAway) return { options, wentAway: true };
    throw error;
  }
}

async function askForShape(): Promise<InitOptions> {
  const how = await ask((signal) =>
    select<ShapeOption>({
      signal,
      message: 'What does it take, and what does it answer?',
      options: [
        { value: 'examples', label: 'as in some examples', hint: 'a file of rows with input and decision' },
        { value: 'schemas', label: 'by schemas', hint: 'JSON Schema or zod' },
        { value: 'traces', label: 'as in recorded runs', hint: 'a file of traces' },
        { value: 'none', label: 'begin with a small example' },
      ],
    }),
  );
  const path = async (message: string, placeholder: string) =>
    (await ask((signal) => text({ signal, message, placeholder, validate: required }))).trim();
  if (how === 'examples') return { examples: await path('Which file?', 'examples.jsonl') };
  if (how === 'traces') return { traces: await path('Which file?', 'traces.json') };
  if (how === 'none') {
    log.info('A desk that approves requests up to an amount; its fields are yours to change.');
    return {};
  }
  return {
    input: await path('Schema of the input', 'input.schema.json, or src/shapes.ts#Claim'),
    decision: await path('Schema of the decision', 'decision.schema.json, or src/shapes.ts#Verdict'),
  };
}

function required(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? 'This needs an answer.' : undefined;
}

function ask<Answer>(question: (signal: AbortSignal) => Promise<Answer>): Promise<Exclude<Answer, symbol>> {
  return asked(process.stdin, question);
}
