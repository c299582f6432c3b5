import { counted } from '../text/figures.ts';
/** What a run came to, project by project. */
export interface ProjectRun {
  readonly project: string;
  readonly files: number;
  /** Tests that ran to an end, passed or failed. */
  readonly ran: number;
  /** Tests that put a version on trial; undefined where nobody says that the project's tests are there for that. */
  readonly onTrial?: number;
}

/** How the run was narrowed down by the person who started it. */
export interface RunFilter {
  readonly testNamePattern: RegExp | undefined;
  /** True where files were named. */
  readonly someFiles?: boolean;
}

/**
 * Why a run proves nothing, or undefined when it proves something. Vitest is content when a filter matches no test, when `--changed` finds
 * no changed file, and when every test of a project is skipped: all of them would be green without a single trial.
 */
export function emptyRun(projects: readonly ProjectRun[], { testNamePattern, someFiles = false }: RunFilter): string | undefined {
  const pattern = testNamePattern ? ` The pattern of -t is ${testNamePattern.source}.` : '';
  if (projects.every(({ ran }) => ran === 0)) {
    const files = projects.reduce((total, project) => total + project.files, 0);
    return `No test ran (${files === 0 ? 'no file was chosen' : `all tests of ${counted(files, 'file')} were skipped`}), so nothing was proven.${pattern} Select at least one test.`;
  }
  // With a pattern, a project without a match is what was asked for.
  const idle = testNamePattern ? undefined : projects.find(({ files, ran }) => files > 0 && ran === 0);
  const untried = testNamePattern || someFiles ? undefined : projects.find(({ ran, onTrial }) => ran > 0 && onTrial === 0);
  if (untried)
    return `No test of the project "${untried.project}" put a version on trial, so nothing was proven of the agent. Let a test run one: describeCases('v2', …), or docket.run('v2').`;
  return (
    idle && `No test of the project "${idle.project}" ran, so it proved nothing. Remove the skip, or leave the project out with --project.`
  );
}
