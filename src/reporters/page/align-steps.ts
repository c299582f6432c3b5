import { diffArrays } from 'diff';
import type { JsonValue } from '../../contracts/json.ts';
import { isProse } from '../../contracts/prose.ts';
import type { Transcript } from '../../contracts/transcript.ts';
import { shownValue } from '../shown-value.ts';
import { canonicalText } from './canonical-text.ts';
import type { TrialDetail } from './page-data.ts';

/** One thing that happened in a trial, as it is compared. */
export type Event =
  | { readonly kind: 'tool'; readonly tool: string; readonly input: JsonValue; readonly result: string; readonly isError: boolean }
  | { readonly kind: 'model'; readonly text: string; readonly stopReason: string }
  | { readonly kind: 'end'; readonly text: string };

/** Events of both trials on a line; where one side is missing, only the other did it. `differs` names what is not the same. */
export interface AlignedRow {
  readonly baseline: Event | undefined;
  readonly candidate: Event | undefined;
  readonly differs: readonly string[];
}

export interface Alignment {
  readonly rows: readonly AlignedRow[];
  /** Index of the first row in which the trials take different ways; undefined when they never do. */
  readonly divergence: number | undefined;
}

/**
 * Puts two trials side by side: events of the same kind and tool meet in order (longest common subsequence). The wording of a model is never
 * a divergence, because it differs in every trial; another tool call, argument, result or final decision is.
 */
export function alignTrials(baseline: TrialDetail, candidate: TrialDetail): Alignment {
  const left = eventsOf(baseline);
  const right = eventsOf(candidate);
  const rows: AlignedRow[] = [];
  let atLeft = 0;
  let atRight = 0;
  for (const { added, removed, count } of diffArrays(left.map(nameOf), right.map(nameOf))) {
    for (let step = 0; step < count; step += 1) {
      const one = added ? undefined : left[atLeft++];
      const other = removed ? undefined : right[atRight++];
      rows.push({ baseline: one, candidate: other, differs: one && other ? differences(one, other) : ['missing'] });
    }
  }
  const divergence = rows.findIndex(({ differs }) => differs.some((what) => what !== 'wording'));
  return { rows, divergence: divergence < 0 ? undefined : divergence };
}

/** What happened in a trial, its end included. */
export function eventsOf({ transcript, decision, detail }: TrialDetail): Event[] {
  const steps = transcript ? stepsOf(transcript) : [];
  const last = steps.at(-1);
  // The last text of a model that decides is the decision, which stands below.
  if (decision && last?.kind === 'model' && isJson(last.text)) steps[steps.length - 1] = { ...last, text: '' };
  return [...steps, { kind: 'end', text: decision ? comparable(decision) : (detail ?? 'no decision') }];
}

function stepsOf({ steps }: Transcript): Event[] {
  return steps.map((step): Event => {
    if (step.kind === 'tool-call') return { kind: 'tool', tool: step.tool, input: step.input, result: step.result, isError: step.isError };
    const text = step.content.flatMap((block) => textsOf(block)).join('\n');
    return { kind: 'model', text, stopReason: step.stopReason ?? 'none' };
  });
}

/** Text and thinking of a content block, and what the provider's own tools did; requests of other tools stand in the tool's own event. */
function textsOf(block: JsonValue): string[] {
  if (block === null || typeof block !== 'object' || Array.isArray(block)) return [];
  if (block.type === 'server_tool_use') return [`→ ${shownValue(block.name ?? null)}(${canonicalText(block.input ?? null)})`];
  if (typeof block.type === 'string' && /._tool_result$/.test(block.type)) return [`← ${foundOf(block.content ?? null)}`];
  return [block.thinking, block.text].filter((text) => typeof text === 'string');
}

/** What a tool of the provider found: the addresses of pages, the code of an error, or how much it is. */
function foundOf(content: JsonValue): string {
  const parts = Array.isArray(content) ? content : [content];
  return parts
    .map((part) => {
      if (part === null || typeof part !== 'object' || Array.isArray(part)) return shownValue(part);
      const said = [part.error_code, part.title, part.url, part.stdout, part.stderr].filter(
        (text) => typeof text === 'string' && text !== '',
      );
      return said.length > 0 ? said.join(' ') : String(part.type ?? 'something');
    })
    .join('\n');
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** The decision's fields but its prose, in the order of their names. */
function comparable(decision: NonNullable<TrialDetail['decision']>): string {
  return Object.entries(decision)
    .filter(([, value]) => !isProse(value))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name} ${shownValue(value)}`)
    .join('\n');
}

function nameOf(event: Event): string {
  return event.kind === 'tool' ? `tool ${event.tool}` : event.kind;
}

function differences(one: Event, other: Event): string[] {
  if (one.kind === 'tool' && other.kind === 'tool') {
    return [
      ...(canonicalText(one.input) === canonicalText(other.input) ? [] : ['arguments']),
      ...(one.result === other.result && one.isError === other.isError ? [] : ['result']),
    ];
  }
  if (one.kind === 'model' && other.kind === 'model') {
    return [...(one.stopReason === other.stopReason ? [] : ['stop reason']), ...(one.text === other.text ? [] : ['wording'])];
  }
  return one.kind === 'end' && other.kind === 'end' && one.text !== other.text ? ['decision'] : [];
}
