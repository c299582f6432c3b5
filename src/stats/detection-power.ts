/** Chance to be found from which on a regression counts as detectable: the usual power of a test. */
export const detectionPower = 0.8;
