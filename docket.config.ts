import { defineConfig } from './src/index.ts';
import { underwriter } from './src/underwriting/agent.ts';
import { applicantMutators } from './src/underwriting/applicant-mutators.ts';
import { underwritingMutators } from './src/underwriting/mutators.ts';

export default defineConfig({
  agent: underwriter,
  cases: 'cases',
  // The version that is deployed: it decides exit codes. Older versions run beside it for comparison.
  current: 'v2',
  versions: ['v1', 'v2'],
  trials: 5,
  // What underwriters get wrong, beside what every agent can: docket mutate plants it.
  mutators: [...underwritingMutators, ...applicantMutators],
});
