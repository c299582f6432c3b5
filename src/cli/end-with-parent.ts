/** Set by a server that runs this command for a client, to its own process id: nobody pays for trials that nobody waits for. */
const parentVariable = 'DOCKET_ENDS_WITH';

/** Ends this process as Ctrl-C does once the server that started it is gone, however it went. */
export function endWithParent(environment: NodeJS.ProcessEnv): void {
  if (environment[parentVariable] !== String(process.ppid)) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
