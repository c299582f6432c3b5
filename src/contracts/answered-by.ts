import { z } from 'zod';
import type { ModelMode } from './model-mode.ts';
import type { Transcript } from './transcript.ts';

/** Stands for a model where a version names none: whoever answers is as asked. */
export const unnamedModel = 'not-named';

/** The model of a version in words. */
export function askedModel(model: string): string {
  return model === unnamedModel ? 'model not named' : model;
}

/** A model that answered, as the server names it, with the number of trials in which it did. */
export const answeredBySchema = z.object({ model: z.string(), trials: z.int().positive() });
export type AnsweredBy = z.infer<typeof answeredBySchema>;

/** The models that answered in a trial, each once, in order. */
export function modelsOf({ steps }: Pick<Transcript, 'steps'>): string[] {
  return [...new Set(steps.flatMap((step) => (step.kind === 'model-call' ? [step.model] : [])))];
}

/** Who answered a trial that asked for `mode`: a stand-in that says so counts, also when it answered once only. */
export function modeOf(mode: ModelMode, { steps }: Pick<Transcript, 'steps'>): ModelMode {
  const standIns = new Set(steps.flatMap((step) => (step.kind === 'model-call' && step.standIn ? [step.standIn] : [])));
  return standIns.has('simulated') ? 'simulated' : standIns.has('recorded') ? 'recorded' : mode;
}

/** Adds up who answered the trials, most often first. */
export function countAnswered(trials: Iterable<readonly string[]>): AnsweredBy[] {
  const counts = new Map<string, number>();
  for (const models of trials) for (const model of new Set(models)) counts.set(model, (counts.get(model) ?? 0) + 1);
  return mostOftenFirst(counts);
}

/** @param counts trials by the model that answered */
export function mostOftenFirst(counts: ReadonlyMap<string, number>): AnsweredBy[] {
  return [...counts]
    .map(([model, count]) => ({ model, trials: count }))
    .sort((one, other) => other.trials - one.trials || (one.model < other.model ? -1 : 1));
}

/** True when a model that answered is the one that was asked, or a dated snapshot of it. */
export function isAsked(asked: string, answered: string): boolean {
  if (asked === answered) return true;
  const [wanted, got] = [partsOf(asked), partsOf(answered)];
  return wanted.name === got.name && (wanted.date === undefined || got.date === undefined || wanted.date === got.date);
}

/**
 * Clouds, gateways and libraries put the vendor and the region before a name and a revision behind it, or write it with points; an alias has no date,
 * or `latest`.
 */
function partsOf(model: string): { readonly name: string; readonly date: string | undefined } {
  const bare = model
    .replace(/^.*?\banthropic[./]/, '')
    .replace(/^.*[./:](?=claude-)/, '')
    .replace(/(?<=^claude-.*):(?:beta|thinking|extended|nitro|floor)$|\[1m\]$/, '')
    .replace(/-v\d+(:\d+)?$/, '')
    .replace(/[-@](?:latest|default)$/, '')
    .replace(/(?<=^claude-.*\d)\.(?=\d)/g, '-');
  const dated = /^(.+?)[-@](\d{8})$/.exec(bare);
  // Before version 4 the family came last everywhere, and comes last at some gateways still.
  const name = (dated?.[1] ?? bare).replace(/^claude-([4-9]|[4-9]-\d{1,2})-([a-z]+)$/, 'claude-$2-$1');
  return { name, date: dated?.[2] };
}

/** What a reader must know of who answered a version's trials. */
export type AnswerRemark =
  /** All were answered by one dated snapshot of the model that was asked. */
  | { readonly kind: 'snapshot'; readonly text: string }
  /** Another model answered, or several did: the trials are not of one model. */
  | { readonly kind: 'not-as-asked'; readonly text: string };

/** Undefined when exactly the model that was asked answered, or nobody has yet. */
export function remarkOn(asked: string, answeredBy: readonly AnsweredBy[]): AnswerRemark | undefined {
  const [first] = answeredBy;
  if (!first || asked === unnamedModel || (answeredBy.length === 1 && first.model === asked)) return undefined;
  const others = answeredBy.filter(({ model }) => !isAsked(asked, model));
  const each = answeredBy.map(({ model, trials }) => `${model} (${trials} ${trials === 1 ? 'trial' : 'trials'})`).join(', ');
  if (others.length > 0) return { kind: 'not-as-asked', text: `requested ${asked}, answered by ${each}` };
  if (answeredBy.length > 1) return { kind: 'not-as-asked', text: `mixed: answered by ${each}` };
  return { kind: 'snapshot', text: `answered by ${first.model}` };
}
