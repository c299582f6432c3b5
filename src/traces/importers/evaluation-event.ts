import type { JsonValue } from '../../contracts/json.ts';
import { docketAttributes, genAiEvaluation } from '../../contracts/telemetry.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { isEmptyText, presentMembers } from './json-text.ts';

/** A score as a vendor has it; what it does not say is left out. */
export interface VendorScore {
  readonly name: string;
  readonly value?: JsonValue | undefined;
  readonly label?: JsonValue | undefined;
  readonly explanation?: JsonValue | undefined;
  readonly source?: JsonValue | undefined;
  readonly timeUnixNano?: bigint | null;
}

/** A vendor's score as an event of the GenAI conventions: it stays with its span, whoever recorded it. */
export function evaluationEvent(score: VendorScore): RawSpan['events'][number] {
  const { name, value, label, explanation, source, timeUnixNano = null } = score;
  const said = presentMembers(
    [
      [genAiEvaluation.value, typeof value === 'number' ? value : undefined],
      [genAiEvaluation.label, typeof value === 'string' || typeof value === 'boolean' ? String(value) : label],
      [genAiEvaluation.explanation, explanation],
      [docketAttributes.evaluationSource, source],
    ],
    isEmptyText,
  );
  return { name: genAiEvaluation.event, timeUnixNano, attributes: { [genAiEvaluation.name]: name, ...said } };
}
