import { EventQueue } from './event-queue.ts';
import { TokenBucket } from './token-bucket.ts';

/** One limit that all workers share: a bucket that fills evenly, for requests and for tokens. */
export interface SharedRate {
  readonly requestsAMinute: number;
  readonly tokensAMinute: number;
  /** What is full at the start, and never fuller, in minutes of the limit. */
  readonly burstMinutes: number;
}

/** A fleet and its work. All times are milliseconds. */
export interface FleetPlan {
  readonly workers: number;
  /** Trials in flight, of each worker. */
  readonly inFlight: number;
  /** How long the model takes in all, by trial: as many trials as there are durations. */
  readonly durations: readonly number[];
  /** Calls of a trial, one after the other, each with an even part of its duration. */
  readonly calls: number;
  readonly tokensACall: number;
  readonly rate?: SharedRate | undefined;
  /** Of the one thread of a worker, for each trial. */
  readonly cpuMs: number;
  /** Of the database, which does one thing after the other: for each trial that is taken, and for each that is stored. */
  readonly queueMs: number;
  readonly storeMs: number;
  /** Cores that workers and database have together. */
  readonly cores: number;
  /** Until a worker takes its first trial, at its start and after each loss: what it waits, and then the work of its thread. */
  readonly startMs: number;
  readonly startCpuMs: number;
  /** Work of a worker's thread for each of its trials once no trial is left. */
  readonly endCpuMs: number;
  /** A worker is lost every so often, the first one first, and started anew; its trials are free again after a while. */
  readonly losses?: { readonly everyMs: number; readonly freeAfterMs: number } | undefined;
  /** When nobody reaches the database. */
  readonly outages?: readonly { readonly fromMs: number; readonly forMs: number }[] | undefined;
}

/** What slots of workers spend their time on, in shares of all of it. */
export const spentOn = ['model', 'rate limit', 'CPU', 'database', 'worker down', 'no work left'] as const;
export type SpentOn = (typeof spentOn)[number];

/** How a fleet fared. */
export interface FleetEnd {
  /** From the start until the last worker is done. */
  readonly elapsedMs: number;
  readonly stored: number;
  /** Trials that began, with those that a lost worker never ended. */
  readonly begun: number;
  readonly lost: number;
  readonly shares: Readonly<Record<SpentOn, number>>;
}

/** How often each trial may begin, on the average, before nobody believes that the run ever ends. */
const mostBegun = 100;

/** A place of a worker for one trial. `life` says of which start of the worker something was begun. */
interface Slot {
  readonly worker: Worker;
  trial: number | undefined;
  doing: SpentOn;
  since: number;
}

interface Worker {
  readonly slots: Slot[];
  /** Trials that it stored. */
  stored: number;
  life: number;
  isUp: boolean;
  readonly thread: Server;
}

/** Does one thing after the other, or as many at once as it has places. */
interface Server {
  readonly places: number;
  busy: number;
  readonly waiting: Job[];
}

interface Job {
  readonly server: Server;
  readonly milliseconds: number;
  readonly slot: Slot;
  readonly life: number;
  readonly done: () => void;
}

/**
 * Plays a fleet: a slot takes a trial from the queue, makes its calls under the shared rate, then its worker's thread, then the store take their
 * time. What only waits costs no core; thread and database need one each while they work. Depends on the plan alone.
 */
export function playFleet(plan: FleetPlan): FleetEnd {
  return new Fleet(plan).play();
}

class Fleet {
  readonly #plan: FleetPlan;
  readonly #events = new EventQueue();
  readonly #rate: TokenBucket | undefined;
  readonly #workers: Worker[];
  readonly #database: Server = { places: 1, busy: 0, waiting: [] };
  readonly #cores: Server;
  readonly #queue: number[];
  readonly #hungry: Slot[] = [];
  readonly #spent = new Map<SpentOn, number>();
  #next = 0;
  #now = 0;
  #stored = 0;
  #begun = 0;
  #lost = 0;

  constructor(plan: FleetPlan) {
    this.#plan = plan;
    this.#queue = plan.durations.map((_, trial) => trial);
    this.#cores = { places: plan.cores, busy: 0, waiting: [] };
    const { rate } = plan;
    this.#rate = rate && new TokenBucket([rate.requestsAMinute, rate.tokensAMinute], rate.burstMinutes);
    this.#workers = Array.from({ length: plan.workers }, () => {
      const worker: Worker = { slots: [], stored: 0, life: 0, isUp: false, thread: { places: 1, busy: 0, waiting: [] } };
      worker.slots.push(
        ...Array.from({ length: plan.inFlight }, (): Slot => ({ worker, trial: undefined, doing: 'worker down', since: 0 })),
      );
      return worker;
    });
  }

  play(): FleetEnd {
    const { durations, losses } = this.#plan;
    for (const worker of this.#workers) this.#start(worker);
    if (losses) this.#loseLater(losses, 0);
    while (this.#stored < durations.length) {
      const event = this.#events.next();
      if (!event) throw new Error('Nothing happens any more, and trials are left.');
      this.#now = event.at;
      event.run();
    }
    this.#end();
    for (const { slots } of this.#workers) for (const slot of slots) this.#turnTo(slot, slot.doing);
    const all = this.#plan.workers * this.#plan.inFlight * this.#now;
    const shares = Object.fromEntries(spentOn.map((what) => [what, all === 0 ? 0 : (this.#spent.get(what) ?? 0) / all]));
    return {
      elapsedMs: this.#now,
      stored: this.#stored,
      begun: this.#begun,
      lost: this.#lost,
      shares: shares as Record<SpentOn, number>,
    };
  }

  #start(worker: Worker): void {
    const { life } = worker;
    this.#events.add(this.#now + this.#plan.startMs, () => {
      if (worker.life !== life) return;
      const [first] = worker.slots as [Slot];
      this.#work(worker.thread, first, this.#plan.startCpuMs, () => {
        worker.isUp = true;
        for (const slot of worker.slots) this.#take(slot);
      });
    });
  }

  /** What workers do at the end, each for its own trials; nobody is lost any more. */
  #end(): void {
    let open = 0;
    for (const worker of this.#workers) {
      const [first] = worker.slots as [Slot];
      open += 1;
      this.#turnTo(first, 'CPU');
      this.#work(worker.thread, first, worker.stored * this.#plan.endCpuMs, () => {
        open -= 1;
      });
    }
    while (open > 0) {
      const event = this.#events.next();
      if (!event) break;
      if (event.isLoss) continue;
      this.#now = event.at;
      event.run();
    }
  }

  #loseLater(losses: NonNullable<FleetPlan['losses']>, index: number): void {
    const lose = () => {
      const worker = this.#workers[index % this.#workers.length];
      if (worker) this.#lose(worker, losses.freeAfterMs);
      this.#loseLater(losses, index + 1);
    };
    this.#events.add(this.#now + losses.everyMs, lose, true);
  }

  #lose(worker: Worker, freeAfterMs: number): void {
    worker.life += 1;
    worker.isUp = false;
    const left = worker.slots.flatMap(({ trial }) => trial ?? []);
    this.#lost += left.length;
    for (const slot of worker.slots) {
      slot.trial = undefined;
      this.#turnTo(slot, 'worker down');
    }
    this.#events.add(this.#now + freeAfterMs, () => {
      this.#queue.push(...left);
      for (const slot of this.#hungry.splice(0)) this.#take(slot);
    });
    this.#start(worker);
  }

  #take(slot: Slot): void {
    if (!slot.worker.isUp || slot.trial !== undefined) return;
    const trial = this.#queue[this.#next];
    if (trial === undefined) {
      this.#turnTo(slot, 'no work left');
      this.#hungry.push(slot);
      return;
    }
    this.#next += 1;
    this.#begun += 1;
    if (this.#begun > mostBegun * this.#plan.durations.length) throw new Error('Workers are lost more often than trials end.');
    slot.trial = trial;
    this.#ask(this.#database, slot, 'database', this.#plan.queueMs, () => this.#call(slot, trial, 1));
  }

  #call(slot: Slot, trial: number, call: number): void {
    const { calls, tokensACall, durations, cpuMs, storeMs } = this.#plan;
    const begin = () => {
      this.#turnTo(slot, 'model');
      this.#later((durations[trial] ?? 0) / calls, slot, () => {
        if (call < calls) this.#call(slot, trial, call + 1);
        else
          this.#ask(slot.worker.thread, slot, 'CPU', cpuMs, () =>
            this.#ask(this.#database, slot, 'database', storeMs, () => this.#store(slot)),
          );
      });
    };
    const wait = this.#rate?.take(this.#now, [1, tokensACall]) ?? 0;
    if (wait <= 0) begin();
    else {
      this.#turnTo(slot, 'rate limit');
      this.#later(wait, slot, begin);
    }
  }

  #store(slot: Slot): void {
    this.#stored += 1;
    slot.worker.stored += 1;
    slot.trial = undefined;
    this.#take(slot);
  }

  /** Waits in turn for a place, then for a core, and works. What was begun by a worker that is lost meanwhile is worked off, and comes to nothing. */
  #ask(server: Server, slot: Slot, doing: SpentOn, milliseconds: number, done: () => void): void {
    this.#turnTo(slot, doing);
    this.#work(server, slot, milliseconds, done);
  }

  #work(server: Server, slot: Slot, milliseconds: number, done: () => void): void {
    if (milliseconds <= 0) {
      this.#whenReachable(server, slot, done);
      return;
    }
    server.waiting.push({ server, milliseconds, slot, life: slot.worker.life, done });
    this.#serve(server);
  }

  #whenReachable(server: Server, slot: Slot, done: () => void): void {
    const wait = server === this.#database ? this.#downFor() : 0;
    if (wait > 0) this.#later(wait, slot, done);
    else done();
  }

  #serve(server: Server): void {
    while (server.busy < server.places) {
      const job = server.waiting.shift();
      if (!job) return;
      if (job.life !== job.slot.worker.life) continue;
      server.busy += 1;
      this.#onCore({
        ...job,
        done: () => {
          server.busy -= 1;
          this.#serve(server);
          if (job.life === job.slot.worker.life) job.done();
        },
      });
    }
  }

  #onCore(job: Job): void {
    const down = job.server === this.#database ? this.#downFor() : 0;
    if (down > 0) {
      this.#events.add(this.#now + down, () => this.#onCore(job));
      return;
    }
    if (this.#cores.busy >= this.#cores.places) {
      this.#cores.waiting.push(job);
      return;
    }
    this.#cores.busy += 1;
    this.#events.add(this.#now + job.milliseconds, () => {
      this.#cores.busy -= 1;
      const next = this.#cores.waiting.shift();
      if (next) this.#onCore(next);
      job.done();
    });
  }

  /** Until the database answers again. */
  #downFor(): number {
    const outage = this.#plan.outages?.find(({ fromMs, forMs }) => this.#now >= fromMs && this.#now < fromMs + forMs);
    return outage ? outage.fromMs + outage.forMs - this.#now : 0;
  }

  #later(milliseconds: number, slot: Slot, run: () => void): void {
    const { life } = slot.worker;
    this.#events.add(this.#now + milliseconds, () => {
      if (slot.worker.life === life) run();
    });
  }

  #turnTo(slot: Slot, doing: SpentOn): void {
    this.#spent.set(slot.doing, (this.#spent.get(slot.doing) ?? 0) + this.#now - slot.since);
    slot.doing = doing;
    slot.since = this.#now;
  }
}
