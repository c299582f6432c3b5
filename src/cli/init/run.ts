import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { agentName, surveyFolder } from '../../flows/init/1-survey-folder.ts';
import type { AgentKind, InitAnswers } from '../../flows/init/answers.ts';
import { initProject } from '../../flows/init/index.ts';
import type { PromptfooProject } from '../../flows/init/promptfoo-project.ts';
import { gitReviewer } from '../../flows/promote/index.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';
import type { InitOptions } from './options.ts';
import { askWhatIsMissing } from './questions.ts';
import { initLines, nextSteps, unfinishedLines } from './view.ts';

/** Asks where somebody is there to answer, writes what is missing, and says what to do next. */
export async function runInit(given: InitOptions, { terminal, invocation, exit }: CommandContext): Promise<void> {
  const { out } = terminal;
  const survey = surveyFolder(invocation.directory);
  const asks = out.live && process.stdin.isTTY === true && !given.yes && !given.json && survey.config === undefined;
  const { options, wentAway } = asks ? await askWhatIsMissing(given, survey) : { options: given, wentAway: false };
  if (wentAway) {
    for (const line of unfinishedLines(given, options, invocation)) terminal.note.line(line);
    exit(exitCodes.interrupted);
    return;
  }
  const { promptfoo } = survey;
  const kind = options.kind ?? kindOf(options.agent) ?? (promptfoo?.provider ? 'promptfoo' : survey.python ? 'command' : 'function');
  const { dryRun = false } = options;
  const agent = options.agent ?? (kind === 'promptfoo' ? promptfoo?.provider : undefined);
  if (kind === 'function' && agent !== undefined && !/\.[cm]?[jt]sx?(?:#[\w$]+)?$/.test(agent))
    throw new DocketError(`--agent ${agent}: expected the module and the name of its function, for example src/agent.ts#decide.`);
  if (kind === 'http' && agent !== undefined && !URL.canParse(agent))
    throw new DocketError(`--agent ${agent}: expected an address, for example https://desk.example/decide.`);
  if (kind === 'messages' && agent !== undefined)
    throw new DocketError(
      '--agent is not for the kind messages: its prompt and tools are files that are written here. Leave it out, and put yours in their place.',
    );
  const answers: InitAnswers = {
    name: options.name === undefined ? survey.name : agentName(options.name),
    kind,
    ...(agent === undefined ? {} : { existing: agent }),
    ...(options.shards === undefined ? {} : { shards: options.shards }),
    ...(options.reviewed ? { reviewer: await reviewerOf(survey.directory) } : {}),
  };
  const today = new Date().toISOString().slice(0, 10);
  const sources = kind === 'promptfoo' ? withOwnTests(options, promptfoo) : options;
  const files = await initProject({ survey, answers, sources, dryRun, today });
  const steps = nextSteps(survey, answers, sources);
  if (options.json)
    printJson({ kind: 'init', dryRun, agent: { name: answers.name, kind }, files, next: steps.map(({ command }) => command) }, out);
  else for (const line of initLines({ survey, answers, files, steps, dryRun }, out)) out.line(line);
}

/** The tests of promptfoo's own configuration are the examples, where nothing else says what the agent takes and answers. */
function withOwnTests(options: InitOptions, promptfoo: PromptfooProject | undefined): InitOptions {
  const { input, decision, examples, traces } = options;
  if (!promptfoo || [input, decision, examples, traces].some((source) => source !== undefined)) return options;
  return { ...options, examples: promptfoo.file };
}

/** What an existing agent is, by how it is named. */
function kindOf(agent: string | undefined): AgentKind | undefined {
  if (agent === undefined) return undefined;
  if (/^https?:\/\//.test(agent)) return 'http';
  if (/\.[cm]?[jt]sx?#[\w$]+$/.test(agent)) return 'function';
  if (/^[a-z]+:\S+$/i.test(agent)) return 'promptfoo';
  return /\s/.test(agent) ? 'command' : undefined;
}

async function reviewerOf(directory: string): Promise<string> {
  const name = await gitReviewer(directory);
  if (name) return name;
  throw new DocketError('--reviewed puts your name into each label, and git knows none here. Set it: git config user.name "Your Name".');
}
