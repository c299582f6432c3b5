import type { Survey } from '../../flows/init/1-survey-folder.ts';
import type { FileOutcome } from '../../flows/init/4-write-files.ts';
import { agentKinds, type InitAnswers } from '../../flows/init/answers.ts';
import { counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { commandText, type Invocation } from '../invocation.ts';
import type { Output } from '../terminal/terminal.ts';
import type { InitOptions } from './options.ts';

/** A command to run next, and why. */
export interface NextStep {
  readonly command: string;
  readonly why: string;
}

interface InitResult {
  readonly survey: Survey;
  readonly answers: InitAnswers;
  readonly files: readonly FileOutcome[];
  readonly steps: readonly NextStep[];
  readonly dryRun: boolean;
}

/** What a person does next, in order. */
export function nextSteps(survey: Survey, { kind }: InitAnswers, options: InitOptions): NextStep[] {
  const { installer, manifest, promptfoo, vitestConfig, repository } = survey;
  const promptfooConfig = promptfoo?.file;
  const installed = { ...manifest?.dependencies, ...manifest?.devDependencies };
  const lacks = (names: readonly string[]) => names.filter((name) => !Object.hasOwn(installed, name));
  const needed = lacks(['docket-evals', ...(kind === 'messages' ? ['zod'] : []), ...(kind === 'promptfoo' ? ['promptfoo'] : [])]);
  const config = vitestConfig === undefined ? '' : ` --config vitest.evals.config.${survey.ending}`;
  const run = `${installer.run} `;
  return [
    ...(repository === undefined ? [{ command: 'git init', why: 'the gate compares commits' }] : []),
    ...(needed.length > 0
      ? [{ command: `${installer.add} ${needed.join(' ')}`, why: 'with Node.js 24; where the machine has an older one, node@24 too' }]
      : []),
    { command: `${run}docket eval`, why: 'the first verdict' },
    ...(options.examples === undefined
      ? []
      : [{ command: `${run}docket cases import ${options.examples} --dry-run`, why: 'the other examples as cases' }]),
    ...(options.traces === undefined
      ? []
      : [
          { command: `${run}docket traces import ${options.traces}`, why: 'the recorded runs' },
          { command: `${run}docket cases draft`, why: 'cases from them, redacted and to be reviewed' },
        ]),
    ...(promptfooConfig === undefined || promptfooConfig === options.examples
      ? []
      : [{ command: `${run}docket cases import ${promptfooConfig} --dry-run`, why: 'the tests of your promptfoo configuration as cases' }]),
    { command: `${run}docket baseline accept`, why: 'on main, then commit reports/baseline.json: what the gate compares with' },
    { command: `${run}docket gate`, why: 'is this checkout worse than main? The workflow asks it of every pull request' },
    { command: `${lacks(['vitest']).length > 0 ? `${installer.add} vitest && ` : ''}${run}vitest run${config}`, why: 'the suite' },
    {
      command: `${lacks(['promptfoo']).length > 0 ? `${installer.add} promptfoo && ` : ''}${run}promptfoo eval${promptfooConfig === undefined ? '' : ' -c evals/promptfooconfig.yaml'}`,
      why: 'the same trials as a matrix',
    },
  ];
}

/** That nothing was written, and the command that goes on with what was answered. */
export function unfinishedLines(
  given: InitOptions,
  { name, kind, agent, examples, traces, input, decision }: InitOptions,
  invocation: Invocation,
): string[] {
  const answered = Object.entries({ name, kind, agent, examples, traces, input, decision }).flatMap(([option, value]) =>
    value === undefined || value === given[option as keyof InitOptions] ? [] : [`--${option}`, value],
  );
  return ['Nothing was written. To go on:', `  ${plainLine(commandText(invocation, [...invocation.words, ...answered]))}`];
}

/** What became of each file, what to do next, and what CI needs. */
export function initLines({ survey, answers, files, steps, dryRun }: InitResult, out: Output): string[] {
  const width = Math.max(...files.map(({ path }) => path.length));
  const changed = files.filter(({ done }) => done !== 'left');
  const head =
    changed.length === 0
      ? 'Everything is there already; nothing was written.'
      : `${dryRun ? 'Would write' : 'Wrote'} ${counted(changed.length, 'file')}: ${answers.name}, ${survey.config === undefined ? agentKinds[answers.kind] : `around the agent of ${survey.config}`}.`;
  return [
    ...files.map(({ path, what, done, lines }) => {
      const sign = done === 'left' ? out.style('dim', '·') : out.style('green', '+');
      const told =
        done === 'left'
          ? 'is there already, left alone'
          : done === 'added'
            ? `${what}: ${counted(lines?.length ?? 0, 'line')} added`
            : what;
      return ` ${sign} ${plainLine(path).padEnd(width)}  ${told}`;
    }),
    '',
    ` ${head}`,
    '',
    ' Next',
    ...steps.map(({ command, why }) => `   ${out.style('bold', plainLine(command))}\n     ${why}`),
    ...(answers.kind === 'messages' && survey.config === undefined ? ['', ...withoutKey.map((line) => ` ${line}`)] : []),
  ];
}

const withoutKey = [
  'No key in CI? Take the simulator out of the agent, record answers where there is a key (docket eval --record --fresh --trials 10), commit',
  'evals/recordings, and accept the baseline with --mode recorded: the gate then replays, and needs no key. Record again on each branch that',
  'changes the agent.',
];
