import type { Mutator } from '../../agent/mutator.ts';

/** A tool is described by the words of the next one; one that is alone by none. */
export const wrongDescription: Mutator = {
  name: 'wrong-description',
  family: 'tools',
  source: import.meta.url,
  plant({ version }) {
    const { toolVariant } = version;
    const { definitions } = toolVariant;
    return definitions.flatMap((definition, index) => {
      const other = definitions.length > 1 ? definitions[(index + 1) % definitions.length] : undefined;
      const description = other?.description ?? '';
      if (description === definition.description) return [];
      const changed = definitions.map((each) => (each === definition ? { ...each, description } : each));
      return [
        {
          what: `${definition.name}, ${other ? `described as ${other.name}` : 'without a description'}`,
          version: { ...version, toolVariant: { ...toolVariant, definitions: changed } },
        },
      ];
    });
  },
};
