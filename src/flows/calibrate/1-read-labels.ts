import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type JsonObject, type JsonValue, jsonObjectSchema } from '../../contracts/json.ts';
import type { SuiteSource } from '../../suites/source/suite-source.ts';
import { count, listed } from '../../text/figures.ts';

/** A piece of work and what a person said of it. */
export interface JudgedWork {
  readonly line: number;
  readonly input: JsonObject;
  readonly decision: JsonObject;
  /** What the agent said beside the decision. */
  readonly text: string | undefined;
  readonly pass: boolean;
  readonly reviewer: string;
}

const verdicts: Readonly<Record<string, boolean>> = { pass: true, passed: true, true: true, fail: false, failed: false, false: false };

/** Most faults that one message lists. */
const mostFaults = 10;

/**
 * Reads labels of people: JSON lines, JSON, YAML or a table, a row for each work with `input`, `decision`, `text` or `reasoning`, `verdict` and `reviewer`.
 * @throws {DocketError} naming every row at fault, and rows that call the same work both right and wrong
 */
export async function readJudgedWork(source: SuiteSource): Promise<JudgedWork[]> {
  const works: JudgedWork[] = [];
  const faults: string[] = [];
  for await (const record of source.records()) {
    const { line } = record;
    if ('fault' in record) faults.push(`line ${line}: ${record.fault}`);
    else {
      const read = workOf(record.value, line);
      if (typeof read === 'string') faults.push(`line ${line}: ${read}`);
      else works.push(read);
    }
  }
  if (faults.length > 0) {
    const more = faults.length > mostFaults ? [`and ${count(faults.length - mostFaults)} more`] : [];
    throw new DocketError(
      `${source.file}: no model was asked.\n${[...faults.slice(0, mostFaults), ...more].map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
  return settled(works, source.file);
}

function workOf(value: JsonValue, line: number): JudgedWork | string {
  const row = jsonObjectSchema.safeParse(value);
  if (!row.success) return 'is no object';
  const { input, decision, text, reasoning, verdict, reviewer } = row.data;
  const judged = verdicts[String(verdict).trim().toLowerCase()];
  if (judged === undefined) return `its verdict is ${JSON.stringify(verdict) ?? 'missing'}. Expected "pass" or "fail"`;
  if (typeof reviewer !== 'string' || reviewer.trim() === '') return 'its reviewer is missing: name the person who judged it';
  const given = { input: objectIn(input), decision: objectIn(decision) };
  if (given.input === undefined || given.decision === undefined)
    return `its ${given.input === undefined ? 'input' : 'decision'} is no object: ${String(JSON.stringify(given.input === undefined ? input : decision)).slice(0, 60)}`;
  const said = [text, reasoning].find((each) => typeof each === 'string' && each !== '');
  const owned = typeof reasoning === 'string' && reasoning !== '' && given.decision.reasoning === undefined;
  const whole = owned ? { ...given.decision, reasoning } : given.decision;
  if (Object.keys(whole).length === 0 && said === undefined) return 'it has neither a decision nor a text to judge';
  return {
    line,
    input: given.input,
    decision: whole,
    text: typeof said === 'string' ? said : undefined,
    pass: judged,
    reviewer: reviewer.trim(),
  };
}

/** An object, or one as the cell of a table writes it; an empty one where there is nothing. */
function objectIn(value: JsonValue | undefined): JsonObject | undefined {
  if (value === undefined || value === null || value === '') return {};
  if (typeof value !== 'string') return jsonObjectSchema.safeParse(value).data;
  try {
    return jsonObjectSchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** Every work once: people who agree about one say the same thing twice. */
function settled(works: readonly JudgedWork[], file: string): JudgedWork[] {
  const byContent = Map.groupBy(works, workHash);
  const disputed = [...byContent.values()].filter((same) => same.some(({ pass }) => pass !== same[0]?.pass));
  if (disputed.length > 0) {
    const lines = disputed.slice(0, mostFaults).map((same) => listed(same.map(({ line }) => String(line))));
    throw new DocketError(
      `${file}: people judge the same work differently (${disputed.length === 1 ? 'lines' : 'groups of lines'} ${lines.join('; ')}). Settle it between them: no judge can agree with both.`,
    );
  }
  return [...byContent.values()].flatMap(([first]) => first ?? []);
}

/** Which work it is, whoever judged it. */
export function workHash({ input, decision, text }: Pick<JudgedWork, 'input' | 'decision' | 'text'>): string {
  return sha256(canonicalJson([input, decision, text ?? null]));
}
