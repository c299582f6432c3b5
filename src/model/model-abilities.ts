/** The model behind the name of a gateway or cloud: `us.anthropic.claude-haiku-4-5-v1:0` is `claude-haiku-4-5-v1:0`. */
function claudeName(model: string): string | undefined {
  return /claude-[a-z0-9][a-z0-9.:@-]*/.exec(model.toLowerCase())?.[0].replaceAll('.', '-');
}

/**
 * False for models of which it is known that they refuse `output_config.effort`: those before Opus 4.5 and Sonnet 4.6, and Haiku 4.5.
 * Source: Anthropic's page on effort, November 2026.
 */
export function takesEffort(model: string): boolean {
  const name = claudeName(model);
  return (
    name === undefined ||
    !/^claude-(?:v?[123]\b|instant|haiku-4|sonnet-4(?:-[0-5]\b|-\d{8}|$|[@:])|opus-4(?:-[01]\b|-\d{8}|$|[@:]))/.test(name)
  );
}

/** False for models of which it is known that they have no structured output: those before Opus 4.1, Sonnet 4.5 and Haiku 4.5. */
export function hasStructuredOutput(model: string): boolean {
  const name = claudeName(model);
  return name === undefined || !/^claude-(?:v?[123]\b|instant|sonnet-4(?:-0\b|-\d{8}|$|[@:])|opus-4(?:-0\b|-\d{8}|$|[@:]))/.test(name);
}

/** True where a tool may be forced: models of Claude's generations 3 and 4, and models of others. Those that always think refuse it. */
export function takesForcedChoice(model: string): boolean {
  const name = claudeName(model);
  return name === undefined || /^claude-(?:3|(?:haiku|sonnet|opus)-4\b)/.test(name);
}
