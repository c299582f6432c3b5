/** Who answers: the real API, stored answers, or an offline stand-in that is always named as such. Apart from its schema: help texts load no zod. */
export const modelModes = ['live', 'recorded', 'simulated'] as const;
