import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { inputStructure } from '../../agent/input-structure.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { WantedFields } from '../../suites/fit-row.ts';
import { isObject } from '../../suites/json-values.ts';
import type { SuiteMapping } from '../../suites/suite-mapping.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { decisionChecker, decisionFields } from '../cases/case-faults.ts';

/** What rows have to fit, as the agent's own schemas say it. */
export function wantedFields(agent: Agent): WantedFields {
  const structure = inputStructure(agent.input);
  const takes = isObject(structure) && isObject(structure.takes) ? structure.takes : {};
  const decision = [...decisionFields(agent).keys()];
  const approval = rulesOf(agent).approvalField;
  const decisionFaults = decisionChecker(agent);
  return {
    input: [...decisionFieldsOf(takes).keys()],
    decision,
    ...(approval === undefined ? {} : { approval }),
    inputFaults: (input) => agent.input.safeParse(input).error?.issues ?? [],
    decisionFaults,
    free: new Set(decision.filter((name) => decisionFaults({ [name]: 'any text at all' }).length === 0)),
  };
}

/**
 * A mapping whose fields all say whether they are of the input or of the decision: `weight` becomes `input.weight`.
 * @throws {DocketError} for a field that there is not, or that could be either
 */
export function settledMapping(mapping: SuiteMapping, wanted: WantedFields): SuiteMapping {
  const { fields, values, ...rest } = mapping;
  return {
    ...rest,
    ...(fields ? { fields: renamed(fields, wanted, '--map') } : {}),
    ...(values ? { values: renamed(values, wanted, '--value') } : {}),
  };
}

function renamed<Value>(record: Readonly<Record<string, Value>>, wanted: WantedFields, option: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [settled(name, wanted, option), value]));
}

function settled(name: string, { input, decision }: WantedFields, option: string): string {
  const [head = '', field = ''] = name.split('.');
  // An agent whose schema names no fields takes any.
  if ((head === 'input' && (input.length === 0 || input.includes(field))) || (head === 'expected' && decision.includes(field))) return name;
  const sides = [...(input.includes(head) ? ['input'] : []), ...(decision.includes(head) ? ['expected'] : [])];
  const [only] = sides;
  if (only !== undefined && sides.length === 1) return `${only}.${name}`;
  if (sides.length > 1)
    throw new DocketError(`${option} ${name}: it is a field of the input and of the decision. Write input.${name} or expected.${name}.`);
  throw new DocketError(
    `${option} ${name}: the agent has no such field.${didYouMean(head === 'input' || head === 'expected' ? field : head, [...input, ...decision])}`,
  );
}
