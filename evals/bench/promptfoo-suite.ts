/** The bench's cases as promptfoo tests, with the one assertion that Docket's scorer makes too. */
export function promptfooSuite(cases: number) {
  return {
    prompts: ['Decide about {{amount}}.'],
    tests: Array.from({ length: cases }, (_, index) => ({ vars: { amount: index + 1 } })),
    defaultTest: { assert: [{ type: 'javascript' as const, value: 'JSON.parse(output).approved === true' }] },
  };
}
