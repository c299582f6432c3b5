/** One thing the doctor looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was found; lines are separated by line breaks. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

export function ok(name: string, text: string): Check {
  return { name, state: 'ok', text };
}

export function warn(name: string, text: string, advice: string): Check {
  return { name, state: 'warn', text, advice };
}

export function fail(name: string, text: string, advice: string): Check {
  return { name, state: 'fail', text, advice };
}

/** Runs a check; what it throws becomes its failure. */
export async function checking(name: string, advice: string, check: () => Check | Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return fail(name, error instanceof Error ? error.message : String(error), advice);
  }
}
