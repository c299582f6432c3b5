import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { createGate } from './create-gate.ts';
import { minimumDetectableRegression } from './minimum-detectable.ts';
import { planGate } from './plan.ts';
import { checkGate } from './self-check.ts';

const steady = Array.from({ length: 10 }, (_, index) => ({ id: `case-${index}`, baseline: { passes: 10, runs: 10 } }));

describe('checkGate', () => {
  const check = () => checkGate(createGate(), steady, { random: seededRandom(4), repetitions: 150 });

  it('plays the baseline against itself and against versions that are known to be worse', () => {
    const { unchanged, knownBad } = check();
    expect(unchanged.blocked.value).toBeLessThanOrEqual(0.05);
    expect(unchanged.blocked.high).toBeGreaterThan(unchanged.blocked.value);
    expect(unchanged.runs).toBeGreaterThanOrEqual(30);
    expect(unchanged.runsAtMost).toBeLessThanOrEqual(100);
    const detection = Object.fromEntries(knownBad.map(({ name, blocked }) => [name, blocked.value]));
    expect(detection['one case always wrong']).toBeGreaterThan(0.9);
    expect(detection['one case a coin toss']).toBeGreaterThan(0.4);
  });

  it('counts the rule for critical cases: false approvals of main are played as well, and a candidate that gives more of them', () => {
    const cases = steady.map((each, index) => ({ ...each, critical: index < 2 }));
    const { unchanged, knownBad } = checkGate(createGate(), cases, { random: seededRandom(4), repetitions: 100 });
    expect(unchanged.blocked.value).toBeLessThanOrEqual(0.05);
    const detection = Object.fromEntries(knownBad.map(({ name, blocked }) => [name, blocked.value]));
    expect(detection['a critical case always falsely approved']).toBe(1);
    expect(detection['a critical case falsely approved half the time']).toBeGreaterThan(0.5);
    expect(check().knownBad.map(({ name }) => name)).not.toContain('a critical case always falsely approved');
    const flaky = steady.map((each) => ({ ...each, critical: true, baseline: { passes: 9, runs: 10 }, harm: 1 }));
    const main = checkGate(createGate(), flaky, { random: seededRandom(4), repetitions: 100, versions: [] }).unchanged;
    expect(main.blocked.value).toBeLessThanOrEqual(0.05);
    expect(main.inconclusive.value).toBeGreaterThan(0.5);
  });

  it('says the same for the same random numbers', () => {
    expect(check()).toEqual(check());
  });

  it('plays versions of one’s own', () => {
    const versions = [{ name: 'nothing passes', rate: () => 0 }];
    const { knownBad } = checkGate(createGate(), steady, { random: seededRandom(4), repetitions: 20, versions });
    expect(knownBad).toMatchObject([{ name: 'nothing passes', blocked: { value: 1 } }]);
  });
});

describe('planGate', () => {
  const plan = (cases: Parameters<typeof planGate>[1], options = {}, budget?: number) =>
    planGate(createGate(options), cases, { random: seededRandom(8), repetitions: 80, ...(budget === undefined ? {} : { budget }) });
  const codes = (...input: Parameters<typeof plan>) => plan(...input).warnings.map(({ code }) => code);

  it('tells cost and sight of a sound suite, without a warning', () => {
    const { unchanged, oneCase, suite, warnings } = plan(steady);
    expect(warnings).toEqual([]);
    expect(unchanged.runs).toBeGreaterThanOrEqual(30);
    expect(unchanged.runs).toBeLessThan(60);
    // What the schedule can see with ten stored runs is about half of the pass rate.
    expect(oneCase?.drop).toBeGreaterThan(0.3);
    expect(oneCase?.drop).toBeLessThan(0.75);
    expect(suite?.drop).toBeGreaterThan(0.05);
    expect(suite?.drop).toBeLessThan(0.4);
  });

  it('warns of a gate that could never pass, and of one that could never block', () => {
    expect(codes(steady, { margin: 0.01 })).toContain('could-never-pass');
    expect(codes(steady, {}, 20)).toContain('could-never-pass');
    const failing = steady.map(({ id }) => ({ id, baseline: { passes: 0, runs: 10 } }));
    expect(codes(failing)).toContain('could-never-block');
    expect(plan(failing).oneCase).toBeUndefined();
  });

  it('warns of flaky suites, thin baselines and new cases', () => {
    const flaky = steady.map(({ id }, index) => ({ id, baseline: { passes: 4 + (index % 4), runs: 10 } }));
    expect(codes(flaky)).toContain('often-inconclusive');
    expect(codes(steady.map(({ id }) => ({ id, baseline: { passes: 3, runs: 3 } })))).toContain('few-baseline-runs');
    expect(codes([...steady, { id: 'new', baseline: { passes: 0, runs: 0 } }])).toContain('new-cases');
  });
});

describe('planGate on critical cases', () => {
  const plan = (harm: number) =>
    planGate(
      createGate(),
      steady.map((each) => ({ ...each, critical: true, harm, baseline: { passes: 10 - harm, runs: 10 } })),
      {
        random: seededRandom(8),
        repetitions: 80,
      },
    );

  it('says how often one must be falsely approved to be blocked, and of how many unchanged agents none passes', () => {
    const sound = plan(0);
    expect(sound.harm?.rate).toBeGreaterThan(0.3);
    expect(sound.harm?.rate).toBeLessThan(0.75);
    expect(sound.warnings.map(({ code }) => code)).not.toContain('harmful-main');
    const flaky = plan(1);
    expect(flaky.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['harmful-main', 'often-inconclusive']));
    expect(planGate(createGate(), steady, { random: seededRandom(8), repetitions: 20 }).harm).toBeUndefined();
  });
});

describe('minimumDetectableRegression', () => {
  it('finds the smallest drops a run could have seen', () => {
    const counts = { passes: 3, runs: 3 };
    const cases = steady.map((each) => ({ ...each, candidate: counts, screening: counts }));
    const { suite, oneCase } = minimumDetectableRegression(createGate(), { cases }, { random: seededRandom(1), repetitions: 60 });
    // Each further failure in another clean case multiplies p by 3/13: (3/13)^2 = 0.053 > 0.016 >= (3/13)^3 = 0.0123. So 3 failures in 30 runs,
    // and P(Binomial(30, d) >= 3) = 0.8 at d = 0.138.
    expect(suite?.failures).toBe(3);
    expect(suite?.drop).toBeCloseTo(0.138, 2);
    expect(oneCase?.caseId).toBe('case-0');
    expect(oneCase?.drop).toBeGreaterThan(0.3);
  });

  it('knows no suite-wide figure before a test was taken', () => {
    const cases = steady.map((each) => ({ ...each, candidate: { passes: 0, runs: 0 }, screening: { passes: 0, runs: 0 } }));
    expect(minimumDetectableRegression(createGate(), { cases }, { random: seededRandom(1), repetitions: 20 }).suite).toBeUndefined();
  });
});
