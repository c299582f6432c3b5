/** Files that are mutated together, and the tests that have to notice. */
export interface MutatedPart {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

const gateFiles = (names: readonly string[], ending: string) => names.map((name) => `src/gate/${name}${ending}`);

/** What plans and explains plays the whole gate, and what decides does without it, so each is held against its own tests. */
const planning = ['advice', 'continuation', 'minimum-detectable', 'plan', 'play', 'runs-needed', 'self-check'];

/**
 * The rooms whose faults would be false verdicts, and the tests beside them. Tests that only simulate or play hundreds of worlds
 * (`simulation.test.ts`, `gate-properties.test.ts`, `followed-advice.test.ts`, `thorough-simulation.test.ts`) are left out: they notice that a rate moved, not which
 * line did it, and take longer than everything else together. So are the properties of redaction (`redact.test.ts`), which hold of whatever detectors find.
 */
export const rooms = {
  stats: [{ mutate: ['src/stats/*.ts'], tests: ['src/stats/*.test.ts'] }],
  scorers: [{ mutate: ['src/scorers/*.ts'], tests: ['src/scorers/*.test.ts'] }],
  detectors: [{ mutate: ['src/review/detectors/*.ts'], tests: ['src/review/detectors/*.test.ts'] }],
  gate: [
    {
      mutate: ['src/gate/*.ts', ...gateFiles(planning, '.ts').map((file) => `!${file}`)],
      tests: gateFiles(
        [
          'create-gate',
          'gate-options',
          'evidence',
          'write-verdict',
          'edition-record',
          'recall',
          'quarantine',
          'drift',
          'schedule',
          'thorough',
          'waiver',
          'baseline-file',
        ],
        '.test.ts',
      ),
    },
    { mutate: ['src/gate/attribution/*.ts'], tests: ['src/gate/attribution/*.test.ts'] },
    { mutate: gateFiles(planning, '.ts'), tests: gateFiles(planning, '.test.ts') },
  ],
} satisfies Record<string, readonly MutatedPart[]>;
