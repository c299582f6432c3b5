import { Worker } from 'node:worker_threads';

/** A process whose agent holds the event loop for so long cannot tell anybody that it lives, nor be told to end. */
const longestSeconds = 60;

/** The thread counts its own ticks and not the clock: a machine that slept is no agent that hangs. */
const thread = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const beats = new Int32Array(workerData.beats);
let [last, silent] = [Atomics.load(beats, 0), 0];
setInterval(() => {
  const now = Atomics.load(beats, 0);
  silent = now === last ? silent + 1 : 0;
  last = now;
  if (silent < workerData.seconds) return;
  writeSync(2, 'The agent has held this process for ' + workerData.seconds + ' s in one go. The worker ends, so that others can go on.\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;

/** Ends this process when its event loop stands still for too long. @returns ends the watch */
export function watchLoop(seconds: number = longestSeconds): () => void {
  const beats = new SharedArrayBuffer(4);
  const count = new Int32Array(beats);
  const beat = setInterval(() => Atomics.add(count, 0, 1), 500);
  beat.unref();
  const watcher = new Worker(thread, { eval: true, workerData: { beats, seconds }, execArgv: [] });
  watcher.unref();
  return () => {
    clearInterval(beat);
    void watcher.terminate();
  };
}
