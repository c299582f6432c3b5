import { DocketError } from '../../contracts/docket-error.ts';
import type { Change } from '../../contracts/improvement-plan.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { ChangePromise } from '../../contracts/promise.ts';
import { changeIdSchema } from '../../contracts/version-draft.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';

/** What a change does to a version. Names in it are checked; texts are anybody's, and stay texts. */
export type VersionEdit =
  /** The whole prompt. */
  | { readonly kind: 'prompt'; readonly text: string }
  /** A rule of the prompt: in the place of another one, or at its end. */
  | { readonly kind: 'rule'; readonly before: string; readonly text: string }
  /** A rule that somebody has to word. */
  | { readonly kind: 'wording'; readonly note: string }
  /** A field of the decision: what its schema says of it, beside what it says already. */
  | { readonly kind: 'field'; readonly name: string; readonly schema: JsonObject }
  /** Code of a tool that somebody has to write. */
  | { readonly kind: 'tool'; readonly name: string; readonly note: string }
  | {
      readonly kind: 'new-tool';
      readonly name: string;
      readonly description: string;
      readonly inputSchema: JsonObject;
      readonly note: string;
    }
  /** Code around the model that somebody has to write. */
  | { readonly kind: 'code'; readonly name: string; readonly note: string };

/** One change of a version that is drafted: one commit. */
export interface VersionChange {
  /** `P0-1`: letters, digits and hyphens. */
  readonly id: string;
  readonly what: string;
  readonly edit: VersionEdit;
  readonly promise?: ChangePromise;
}

/** True where a person has to write something before the version runs. */
export function isStub({ kind }: VersionEdit): boolean {
  return kind === 'wording' || kind === 'tool' || kind === 'new-tool' || kind === 'code';
}

const toolName = /^[a-zA-Z0-9_-]{1,64}$/;
const fieldName = /^(?!__)[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.(?!__)[A-Za-z_][A-Za-z0-9_]{0,63}){0,4}$/;
const codeName = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * A change of a plan as what it does to a version. A plan may have been edited by anybody: names that could lead anywhere else are refused.
 * @throws {DocketError} for a change that no version can hold
 */
export function changeOfPlan(change: Change): VersionChange {
  const { id, what, promise } = change;
  return { id, what: plainLine(what), edit: checkedEdit(id, editOf(change)), ...(promise ? { promise } : {}) };
}

/** @throws {DocketError} for an id that could not stand in a name, or an edit whose names could lead anywhere else */
export function checkedChange(change: VersionChange): VersionChange {
  if (!changeIdSchema.safeParse(change.id).success)
    throw new DocketError(`${JSON.stringify(change.id)} is not the id of a change. Expected letters, digits and hyphens, as P0-1.`);
  return { ...change, what: plainLine(change.what) || change.id, edit: checkedEdit(change.id, change.edit) };
}

function editOf({ id, group, target, before, after, literal, whole }: Change): VersionEdit {
  switch (group) {
    case 'prompt':
      if (literal && whole) return { kind: 'prompt', text: after };
      return literal ? { kind: 'rule', before, text: after } : { kind: 'wording', note: after };
    case 'schema': {
      const [[name, schema] = ['', null], ...others] = Object.entries(jsonAtStart(after) ?? {});
      if (!literal || others.length > 0 || typeof schema !== 'object' || schema === null || Array.isArray(schema))
        throw new DocketError(
          `${id} says no field of the decision: expected {"field": {"type": …, "description": …}}. Write the plan anew: docket improve.`,
        );
      if (name !== target)
        throw new DocketError(`${id} is about ${plainLine(target)} and describes ${plainLine(name)}. Write the plan anew: docket improve.`);
      return { kind: 'field', name, schema };
    }
    case 'tools':
      return { kind: 'tool', name: target, note: after };
    case 'new-tools': {
      const told = jsonAtStart(after) ?? {};
      const { description, input_schema: inputSchema } = told;
      const isSchema =
        typeof inputSchema === 'object' && inputSchema !== null && !Array.isArray(inputSchema) && inputSchema.type === 'object';
      return {
        kind: 'new-tool',
        name: target,
        description: typeof description === 'string' ? description : '',
        inputSchema: isSchema ? inputSchema : { type: 'object', properties: {}, required: [], additionalProperties: false },
        note: after,
      };
    }
    case 'flow':
      // What is asked of the model is a rule; everything else is code.
      return codeName.test(target) ? { kind: 'code', name: target, note: after } : { kind: 'wording', note: after };
    case 'cases':
      throw new DocketError(`${id} adds cases, and no version holds cases. Draft them: docket cases draft --by finding.`);
  }
}

function checkedEdit(id: string, edit: VersionEdit): VersionEdit {
  const refused = (name: string, expected: string) =>
    new DocketError(
      `${id} names ${JSON.stringify(plainLine(name).slice(0, 80))}, and that is no name of a ${expected}. Nothing was written.`,
    );
  switch (edit.kind) {
    case 'tool':
    case 'new-tool':
      if (!toolName.test(edit.name)) throw refused(edit.name, 'tool: letters, digits, "_" and "-", at most 64');
      return edit.kind === 'tool' ? edit : { ...edit, description: plainLine(edit.description) };
    case 'code':
      if (!codeName.test(edit.name)) throw refused(edit.name, 'module: small letters, digits and "-"');
      return edit;
    case 'field':
      if (!fieldName.test(edit.name)) throw refused(edit.name, 'field: letters, digits and "_"');
      return edit;
    case 'rule': {
      const text = plainLine(edit.text);
      if (text === '') throw new DocketError(`${id} is a rule without a word. Write the plan anew: docket improve.`);
      return { ...edit, text };
    }
    case 'prompt': {
      const text = plainText(edit.text).trim();
      if (text === '') throw new DocketError(`${id} is a prompt without a word.`);
      return { kind: 'prompt', text };
    }
    case 'wording':
      return edit;
  }
}

/** The JSON object with which a text begins; undefined where it begins with none. */
function jsonAtStart(text: string): JsonObject | undefined {
  for (let end = text.indexOf('}'), tries = 0; end >= 0 && tries < 200; end = text.indexOf('}', end + 1), tries += 1) {
    try {
      const value: unknown = JSON.parse(text.slice(0, end + 1));
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
    } catch {
      // Not its end yet.
    }
  }
  return undefined;
}
