/** Variables that are Docket's own, the model's, OpenTelemetry's, or the CI job's: nothing that an agent on trial has any business with. */
const withheld = [
  /^DOCKET_/i,
  /^ANTHROPIC_/i,
  /^OTEL_/i,
  // What a step of a job may write (outputs, summary, path) and the tokens it may ask for: a worker decides nothing of the job.
  /^(?:GITHUB|GH|ACTIONS|RUNNER)_/i,
  /^(?:NPM|NODE_AUTH|CI_JOB)_.*TOKEN/i,
  // Code that Node.js would load into every process.
  /^NODE_(?:OPTIONS|PATH)$/i,
];

/** What a name of a variable is told of the checks in which it runs, and is no secret. */
const told = /^(?:GITHUB_ACTIONS|GITHUB_WORKSPACE|RUNNER_OS|RUNNER_ARCH|RUNNER_TEMP|RUNNER_TOOL_CACHE)$/;

/**
 * The environment of a worker: the judge's without Docket's secrets and the vendors'. An agent's own variables stay.
 * @param vendorPrefixes what the variables of the vendors of traces begin with
 */
export function workerEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  vendorPrefixes: readonly string[],
): Record<string, string> {
  const ofVendor = (name: string) => vendorPrefixes.some((prefix) => name.toUpperCase().startsWith(prefix));
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (told.test(entry[0]) || !(ofVendor(entry[0]) || withheld.some((each) => each.test(entry[0])))),
    ),
  );
}
