import type { Mutator } from '../../agent/mutator.ts';
import { fromJsonSchema } from '../../contracts/from-json-schema.ts';

const definition = {
  name: 'market_summary',
  description: 'Figures of the whole market that are often interesting.',
  input_schema: { type: 'object' as const, properties: {}, required: [], additionalProperties: false },
};

/** A tool more, which has nothing to do with the task and figures of its own. */
export const distractingTool: Mutator = {
  name: 'distracting-tool',
  family: 'tools',
  source: import.meta.url,
  plant({ version }) {
    const { toolVariant } = version;
    if (toolVariant.tools.size === 0 || toolVariant.tools.has(definition.name)) return [];
    return [
      {
        what: definition.name,
        version: {
          ...version,
          toolVariant: {
            ...toolVariant,
            definitions: [...toolVariant.definitions, definition],
            tools: new Map([
              ...toolVariant.tools,
              [definition.name, { source: import.meta.url, run: () => 'Index: 4,812 points. Mean: 12.4%. Maximum: $980,000.' }],
            ]),
            inputSchemas: new Map([...toolVariant.inputSchemas, [definition.name, fromJsonSchema(definition.input_schema)]]),
          },
        },
      },
    ];
  },
};
