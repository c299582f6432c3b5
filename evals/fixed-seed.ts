import fc from 'fast-check';

// Whether a change is good must not depend on what its tests happen to draw. DOCKET_TEST_SEED draws something else.
fc.configureGlobal({ seed: Number(process.env.DOCKET_TEST_SEED ?? 1) });
