import { type Command, InvalidArgumentError, Option } from 'commander';
import { agentKindNames, agentKinds } from '../../flows/init/answers.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { InitOptions } from './options.ts';

const widest = Math.max(...agentKindNames.map((name) => name.length));
const kindHelp = agentKindNames.map((name) => `  ${name.padEnd(widest)}  ${agentKinds[name]}`).join('\n');

const help = `
Writes what the folder lacks: configuration, agent, three cases, a vitest suite, promptfoo's matrix, the gate's workflow,
lines of .gitignore. A file that is there is left as it is, and named. At a terminal it asks what the options do not say.

Kinds of agents
${kindHelp}

--agent names what there is already: a function as src/agent.ts#decide, a command in quotes, an address, a provider of
promptfoo. Without it a small starter is written, in whose place your agent is called later.

Examples
  docket init                                                     asks, or begins with a function
  docket init --agent src/claims.ts#decide --examples claims.jsonl
  docket init --kind command --agent 'uv run python agent.py' --input input.schema.json --decision decision.schema.json
  docket init --kind http --agent https://desk.example/decide --input src/shapes.ts#Claim --decision src/shapes.ts#Verdict
  docket init --kind messages --traces traces.json --dry-run
  docket init --shards 4                                          the gate in CI runs on four machines

Exit codes
  0 written, or all there already    2 usage error, or a file that cannot be used; nothing was written
  130 interrupted`;

/** `docket init`: makes a folder a project. */
export function addInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init')
    .summary('write what a project needs, and overwrite nothing')
    .description('Makes this folder a project of Docket: everything that it writes runs at once.')
    .option('--name <name>', "the agent's name (default: the folder's)")
    .addOption(
      new Option('--kind <kind>', 'what the agent is (default: a function; in a Python project a command)').choices(agentKindNames),
    )
    .option('--agent <what>', 'the function, command, address or provider that there is already')
    .option('--input <schema>', 'what it takes: a file with a JSON Schema, or module#export of a zod schema')
    .option('--decision <schema>', 'what it answers, likewise')
    .option('--examples <file>', 'rows with input and decision: both schemas are inferred, and three become cases')
    .option('--decides <columns>', 'columns of a table of examples that are the decision, with commas between', list)
    .option('--traces <file>', 'recorded runs, from which both schemas are inferred')
    .option('--reviewed', 'you vouch for the decisions of the examples')
    .option('--shards <n>', "the gate's workflow runs its rounds on so many machines beside each other", shards)
    .option('-y, --yes', 'ask nothing')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: InitOptions) => {
      const { runInit } = await import('./run.ts');
      await runInit(options, context);
    });
}

/** Most jobs that a matrix of GitHub's may have. */
const mostJobs = 256;

function shards(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 2 && number <= mostJobs) return number;
  throw new InvalidArgumentError(`Expected how many, from 2 to ${mostJobs}.`);
}

function list(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Expected names of columns with commas between, for example approved,reason.');
}
