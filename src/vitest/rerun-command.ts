/**
 * The command that runs one test again, to be copied into a shell.
 * @param shownFile the file as it is to be named, usually relative to the folder the command is typed in
 * @param fullTestName names of its suites and its own, as vitest joins them
 * @param evalsMode value of DOCKET_EVALS_MODE, empty when it is not set
 */
export function vitestCommand(shownFile: string, fullTestName: string, evalsMode: string): string {
  const pattern = `^${fullTestName.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
  const environment = evalsMode === '' ? '' : `DOCKET_EVALS_MODE=${evalsMode} `;
  return `${environment}npx vitest run ${quoted(shownFile)} -t ${quoted(pattern)}`;
}

/** The command that shows the trials of one case and version side by side. */
export function docketCommand(version: string, caseId: string, trials: number, mode: string): string {
  return `npx docket eval --versions ${quoted(version)} --case ${caseId} --trials ${trials} --mode ${mode}`;
}

/** A word as a POSIX shell takes it literally. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
