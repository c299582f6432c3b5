import type { Detector } from '../detector.ts';
import { leastRuns, RunDistribution } from '../run-distribution.ts';

/** Whether the later half of the runs differs from the earlier. Trials of cases are in no order of time, and are not looked at. */
export const drift: Detector = {
  name: 'drift',
  finds:
    'a later half of the window that decides, goes about or costs otherwise than the earlier, by exact tests with false discoveries controlled',
  open() {
    const seen = new RunDistribution();
    return {
      see(reading) {
        if (reading.run.kind !== 'trial' && reading.run.startedAt !== null) seen.see(reading);
      },
      problems() {
        if (seen.runs < 2 * leastRuns) return [];
        const [earlier, later] = seen.halves();
        return later.against(earlier, {
          id: 'drift',
          these: 'the later half',
          others: 'the earlier',
          because: 'The model, the code around it, or what it is asked moved. Compare the inputs of the two halves first.',
        });
      },
    };
  },
};
