import type { Mutator } from '../../agent/mutator.ts';

/** A tool is gone. */
export const missingTool: Mutator = {
  name: 'missing-tool',
  family: 'tools',
  source: import.meta.url,
  plant: ({ version }) =>
    version.toolVariant.definitions.map(({ name }) => {
      const { definitions, tools, inputSchemas } = version.toolVariant;
      const others = <Value>(map: ReadonlyMap<string, Value>) => new Map([...map].filter(([key]) => key !== name));
      return {
        what: name,
        version: {
          ...version,
          toolVariant: {
            ...version.toolVariant,
            definitions: definitions.filter((each) => each.name !== name),
            tools: others(tools),
            inputSchemas: others(inputSchemas),
          },
        },
      };
    }),
};
