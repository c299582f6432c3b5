/** Files that are mutated together, and the tests that have to notice. */
export interface MutatedPart {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

/** What plans and explains asks the whole gate thousands of times, so the files that decide have a part of their own with the tests that are quick. */
const planning = ['advice', 'continuation', 'minimum-detectable', 'plan', 'play', 'self-check'].map((name) => `src/gate/${name}.ts`);

/**
 * The rooms whose faults would be false verdicts, and the tests beside them. Tests that only simulate or play
 * hundreds of worlds (`simulation.test.ts`, `gate-properties.test.ts`) are left out: they notice that a rate moved, not which line did it, and
 * take longer than everything else together.
 */
export const rooms = {
  stats: [{ mutate: ['src/stats/*.ts'], tests: ['src/stats/*.test.ts'] }],
  scorers: [{ mutate: ['src/scorers/*.ts'], tests: ['src/scorers/*.test.ts'] }],
  detectors: [{ mutate: ['src/review/detectors/*.ts'], tests: ['src/review/redact.test.ts'] }],
  gate: [
    {
      mutate: ['src/gate/*.ts', ...planning.map((file) => `!${file}`)],
      tests: [
        'create-gate',
        'evidence',
        'write-verdict',
        'edition-record',
        'recall',
        'quarantine',
        'drift',
        'schedule',
        'waiver',
        'baseline-file',
      ].map((name) => `src/gate/${name}.test.ts`),
    },
    { mutate: ['src/gate/attribution/*.ts'], tests: ['src/gate/attribution/*.test.ts'] },
    { mutate: planning, tests: ['src/gate/advice.test.ts', 'src/gate/self-check.test.ts'] },
  ],
} satisfies Record<string, readonly MutatedPart[]>;
