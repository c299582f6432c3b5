/** Where known faults are planted. Without a schema, so that help is printed without loading one. */
export const mutationFamilies = ['prompt', 'tools', 'decision', 'model', 'judge'] as const;
export type MutationFamily = (typeof mutationFamilies)[number];
