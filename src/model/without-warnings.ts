/**
 * Runs what returns at once and says on the console what it says at every call; that is handed over instead. Nothing else can run meanwhile.
 * @param told called with each text
 */
export function withoutWarnings<Value>(start: () => Value, told: (text: string) => void): Value {
  const { warn } = console;
  console.warn = (...words: unknown[]) => told(words.map(String).join(' '));
  try {
    return start();
  } finally {
    console.warn = warn;
  }
}
