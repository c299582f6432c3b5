import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DocketError, exitCodes } from '../../../contracts/docket-error.ts';
import { type LoadedConfig, loadConfig } from '../../../flows/load-config.ts';
import { openTracesIfThere } from '../../../flows/open-traces.ts';
import type { Review, ReviewStep } from '../../../flows/promote/3-review-drafts.ts';
import { gitReviewer, openReview } from '../../../flows/promote/index.ts';
import { reviewAnswersSchema } from '../../../review/review-answer.ts';
import { counted } from '../../../text/figures.ts';
import { plainLine, plainText } from '../../../text/hostile-text.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { shareReviewed } from '../../command/share-kept.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { damageNote } from '../../traces/damage-note.ts';
import { productionLines, resultOf, shownFile } from './view.ts';

export interface ReviewCommandOptions {
  readonly decide?: string;
  readonly json?: boolean;
}

/** Reviews drafts, at the terminal or from a file. */
export async function runReview({ decide, json }: ReviewCommandOptions, context: CommandContext): Promise<void> {
  const config = await loadConfig(context.invocation.directory);
  if (decide === undefined && json)
    throw new DocketError('--json is for answers from a file: docket cases review --decide answers.json --json');
  if (decide === undefined && !(process.stdin.isTTY && context.terminal.note.live)) {
    throw new DocketError(
      'There is no terminal to ask questions in. Give the answers in a file: docket cases review --decide answers.json',
    );
  }
  const answers = decide === undefined ? undefined : readAnswers(resolve(context.invocation.directory, decide));
  const traces = await openTracesIfThere(config, damageNote(context.terminal.note));
  try {
    const reviewer = await gitReviewer(config.root);
    const today = new Date().toISOString().slice(0, 10);
    const review = await openReview({ config, reviewer, today, ...(traces ? { traces } : {}) });
    // Before anything is saved; the others can be reviewed all the same.
    for (const { file, fault } of review.faulty())
      context.terminal.note.line(
        context.terminal.note.style('yellow', plainText(`drafts/${file} cannot be read and is left out: ${fault}`)),
      );
    if (answers) await decideAll(review, answers, { reviewer, json: json === true }, context);
    else {
      const { reviewAtTerminal } = await import('./prompts.ts');
      const ended = await reviewAtTerminal(review, { reviewer, input: process.stdin, output: process.stderr });
      if (ended === 'interrupted') context.exit(exitCodes.interrupted);
    }
    if (!json) leftLine(review, config, context);
    await shareReviewed(config, context);
  } finally {
    await traces?.close();
  }
}

function readAnswers(file: string): z.infer<typeof reviewAnswersSchema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new DocketError(`${file}: the answers cannot be read (${(cause as Error).message}).`, { cause });
  }
  const parsed = reviewAnswersSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DocketError(`${file}: not a list of answers; nothing was saved.\n${z.prettifyError(parsed.error)}`);
}

interface Decided {
  readonly draft: string;
  readonly answer: string;
  readonly result: string;
  readonly file?: string;
  readonly production?: ReviewStep['production'];
  readonly fault?: string;
}

/** One answer that cannot stand does not keep the others from being saved. */
async function decideAll(
  review: Review,
  answers: z.infer<typeof reviewAnswersSchema>,
  { reviewer, json }: { readonly reviewer: string; readonly json: boolean },
  { terminal: { out, note }, exit }: CommandContext,
): Promise<void> {
  const decide = async (answer: (typeof answers)[number]): Promise<Decided> => {
    const draft = answer.answer === 'undo' ? '' : answer.draft;
    try {
      if (answer.answer === 'undo') return undone(review);
      const step = await review.answer(answer);
      const { production } = step;
      return {
        draft,
        answer: answer.answer,
        result: resultOf(step),
        file: shownFile(step.file),
        ...(production ? { production } : {}),
      };
    } catch (error) {
      if (!(error instanceof DocketError)) throw error;
      return { draft, answer: answer.answer, result: 'refused', fault: error.message };
    }
  };
  // One after the other: the next one may take the last one back.
  const decided: Decided[] = [];
  for (const answer of answers) decided.push(await decide(answer));
  if (json) printJson({ kind: 'review', reviewer, answers: decided.map(printed), open: review.open().map(({ id }) => id) }, out);
  for (const { draft, result, file, production, fault } of json ? [] : decided) {
    if (fault !== undefined) note.line(`${note.style('red', '✗')} ${plainLine(named(fault, draft || 'undo'))}`);
    else out.line(`${out.style('green', '✓')} ${plainLine(draft)}: ${result}${file === undefined ? '' : `, ${plainLine(file)}`}`);
    for (const line of production ? productionLines(production) : []) out.line(`    ${line}`);
  }
  if (decided.some(({ fault }) => fault !== undefined)) exit(exitCodes.usage);
}

/** As JSON has it: of findings their messages. */
function printed({ production, ...answered }: Decided) {
  if (!production) return answered;
  return { ...answered, production: { ...production, findings: production.findings.map(({ message }) => message) } };
}

/** Most faults name the draft themselves. */
function named(fault: string, draft: string): string {
  return fault.startsWith(`${draft}: `) ? fault : `${draft}: ${fault}`;
}

/** @throws {DocketError} when no answer of the file was saved before */
function undone(review: Review): Decided {
  const draft = review.undo();
  if (draft === undefined) throw new DocketError('There is nothing to undo.');
  return { draft, answer: 'undo', result: 'undone' };
}

function leftLine(review: Review, { cases }: LoadedConfig, { terminal: { out } }: CommandContext): void {
  const left = review.open().length;
  out.line(
    left === 0
      ? `No draft is left for you in ${plainLine(shownFile(cases))}/drafts.`
      : `${counted(left, 'draft')} left: docket cases review`,
  );
}
