import { relative } from 'node:path';
import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { ModelMode } from '../../../contracts/model-mode.ts';
import type { RuleKind } from '../../../contracts/rule-kind.ts';
import { gateOptionsSchema } from '../../../gate/gate-options.ts';
import type { DescribedConfig } from '../../described-config.ts';
import { leafDifferences } from './leaf-differences.ts';
import { type RuleRow, ruleRow } from './rule-row.ts';

/** One group of settings: where it stands, and which of its fields can change what passes. */
interface Group {
  readonly what: RuleKind;
  readonly prefix: string;
  readonly valuesOf: (config: DescribedConfig) => JsonObject;
  readonly weighs: (field: string) => boolean;
}

const always = () => true;

function groupsFor(mode: ModelMode): readonly Group[] {
  return [
    { what: 'current', prefix: '', valuesOf: ({ current }) => ({ current }), weighs: always },
    // With the defaults filled in: to write one down changes nothing.
    { what: 'option', prefix: 'gate.', valuesOf: ({ gate }) => gateOptions(gate), weighs: always },
    {
      what: 'setting',
      prefix: '',
      valuesOf: ({ root, cases, approval, agent }) => ({
        cases: relative(root, cases) || '.',
        approval,
        answers: agent.own ? `${agent.own.kind}${agent.own.serves ? ', from its own checkout' : ''}` : 'tool loop',
      }),
      weighs: always,
    },
    // The gate takes its trials from no store that the pull request could have filled, wherever it lies, and runs the current version only.
    { what: 'setting', prefix: '', valuesOf: otherSettings, weighs: () => false },
    {
      what: 'model',
      prefix: 'simulation.',
      valuesOf: ({ simulation }) => ({ ...simulation }),
      weighs: (field) => mode === 'simulated' && field === 'slipRate',
    },
    {
      what: 'domain',
      prefix: '',
      valuesOf: ({ agent }) => agent.domain,
      // The others say how traces become cases; nothing of them judges.
      weighs: (field) => /^(approvalField|compare|harm|monotone)\b/.test(field),
    },
  ];
}

/** What docket.config.ts and the agent's definition say beside the agent itself. */
export function compareSettings(main: DescribedConfig, candidate: DescribedConfig, mode: ModelMode): RuleRow[] {
  const where = relative(candidate.root, candidate.file);
  return groupsFor(mode).flatMap(({ what, prefix, valuesOf, weighs }) =>
    leafDifferences(valuesOf(main), valuesOf(candidate)).map(({ path, before, after }) => {
      const field = path.join('.');
      return ruleRow({ what, where, field: `${prefix}${field}`, weighs: weighs(field) }, before, after);
    }),
  );
}

function gateOptions(given: Readonly<Record<string, unknown>>): JsonObject {
  const parsed = gateOptionsSchema.safeParse(given);
  return JSON.parse(JSON.stringify(parsed.success ? parsed.data : given)) as JsonObject;
}

function otherSettings({ root, store, versions, trials, concurrency, scoring }: DescribedConfig): JsonObject {
  return {
    store: store === ':memory:' ? store : relative(root, store),
    trials,
    concurrency,
    scoring: { ...scoring },
    ...(versions ? { versions: versions as JsonValue[] } : {}),
  };
}
