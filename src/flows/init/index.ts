import type { Survey } from './1-survey-folder.ts';
import { type ShapeSources, settleShape } from './2-settle-shape.ts';
import { planFiles } from './3-plan-files.ts';
import { type FileOutcome, writeFiles } from './4-write-files.ts';
import type { InitAnswers } from './answers.ts';

export interface InitRequest {
  readonly survey: Survey;
  readonly answers: InitAnswers;
  readonly sources: ShapeSources;
  readonly dryRun: boolean;
  /** The day, as YYYY-MM-DD. */
  readonly today: string;
}

/**
 * Makes a folder a project of Docket: whatever it lacks of configuration, agent, cases, suite, matrix and workflow is written, and nothing is
 * overwritten.
 * @throws {DocketError} for a schema or examples that cannot be used, before anything is written
 */
export async function initProject({ survey, answers, sources, dryRun, today }: InitRequest): Promise<readonly FileOutcome[]> {
  const shape = await settleShape(survey.directory, sources);
  return writeFiles(survey.directory, planFiles({ survey, answers, shape }, today), dryRun);
}
