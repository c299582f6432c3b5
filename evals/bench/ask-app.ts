import type { ChildProcess } from 'node:child_process';
import type { KeptRun } from '../../src/contracts/kept-run.ts';
import type { PageIndex } from '../../src/reporters/page/page-data.ts';

/** Asks `docket ui`, once it serves, for what a person opens one after the other, then ends it; where something does not come, it is killed, so that it does not end well. */
export function askApp(child: ChildProcess): void {
  let said = '';
  child.stdout?.on('data', (text: string) => {
    const isServing = said.includes('Ctrl-C');
    said += text;
    if (isServing || !said.includes('Ctrl-C')) return;
    ask(new URL(/http:\S+/.exec(said)?.[0] ?? '')).then(
      () => child.kill('SIGINT'),
      (error: unknown) => {
        console.error(error);
        child.kill('SIGKILL');
      },
    );
  });
}

async function ask({ origin, hash }: URL): Promise<void> {
  const headers = { authorization: `Bearer ${hash.replace('#token=', '')}` };
  const get = async (path: string) => {
    const response = await fetch(`${origin}/api/v1${path}`, { headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
    return text;
  };
  const [run] = (JSON.parse(await get('/runs')) as { runs: KeptRun[] }).runs;
  const at = `/runs/${run?.id}`;
  const { cases } = JSON.parse(await get(`${at}/report`)) as PageIndex;
  const [first] = cases;
  await get(`${at}/events`);
  await get(`${at}/details/${first?.chunk}`);
  await get('/history/flaky');
  await get(`/history/case?case=${first?.id}`);
  const { versionFingerprint = '', caseFingerprint = '' } = first?.arms[0]?.stored ?? {};
  await get(`${at}/transcript?version=${versionFingerprint}&case=${caseFingerprint}&series=eval&number=1`);
}
