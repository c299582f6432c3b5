import type { JudgedTrial } from './judged-trial.ts';

const behind = new WeakMap<object, JudgedTrial[]>();

/** The trials of a run, which say so when somebody first looks at them: a test that looks at none passes whatever they are. */
export function watchedTrials(trials: JudgedTrial[], onLook: () => void): JudgedTrial[] {
  const watched = new Proxy(trials, {
    get(target, name, receiver) {
      // Asked of whatever a promise brings.
      if (name !== 'then') onLook();
      return Reflect.get(target, name, receiver);
    },
  });
  behind.set(watched, trials);
  return watched;
}

/** The same trials, looked at without saying so. */
export function unwatched(trials: JudgedTrial[]): JudgedTrial[] {
  return behind.get(trials) ?? trials;
}
