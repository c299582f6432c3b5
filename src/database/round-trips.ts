import { DocketError } from '../contracts/docket-error.ts';

interface Job<Wanted, Found> {
  readonly wanted: Wanted;
  resolve(found: Found): void;
  reject(error: unknown): void;
}

export interface RoundTripOptions<Wanted> {
  /** Most that go together; 1,000 when not given. */
  readonly most?: number;
  /** Bytes of one, where they count; those that go together have no more than `mostBytes`. */
  readonly bytesOf?: (wanted: Wanted) => number;
}

const mostAtOnce = 1000;
const mostBytes = 4 * 1024 * 1024;

/** So many statements of one sort are under way at a time: the next is on its way while the server works. */
const mostUnderWay = 2;

/**
 * Asks a server that is far away for what many want in few round trips: what comes while statements are under way goes together with the next one.
 * Nobody waits for others to come.
 */
export class RoundTrips<Wanted, Found> {
  readonly #send: (wanted: readonly Wanted[]) => Promise<readonly Found[]>;
  readonly #most: number;
  readonly #bytesOf: (wanted: Wanted) => number;
  #waiting: Job<Wanted, Found>[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #starting: NodeJS.Immediate | undefined;

  /** @param send asks for several at once; what it finds stands in their order */
  constructor(
    send: (wanted: readonly Wanted[]) => Promise<readonly Found[]>,
    { most = mostAtOnce, bytesOf = () => 0 }: RoundTripOptions<Wanted> = {},
  ) {
    this.#send = send;
    this.#most = most;
    this.#bytesOf = bytesOf;
  }

  ask(wanted: Wanted): Promise<Found> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wanted, resolve, reject });
      // What else is asked in this turn goes along.
      this.#starting ??= setImmediate(() => {
        this.#starting = undefined;
        this.#start();
      });
    });
  }

  /** Waits until everything that was asked for is answered. */
  async settled(): Promise<void> {
    while (this.#waiting.length > 0 || this.#underWay.size > 0) {
      this.#start();
      await Promise.allSettled(this.#underWay);
    }
  }

  #start(): void {
    while (this.#waiting.length > 0 && this.#underWay.size < mostUnderWay) {
      const jobs = this.#take();
      const trip: Promise<void> = this.#carryOut(jobs).finally(() => {
        this.#underWay.delete(trip);
        this.#start();
      });
      this.#underWay.add(trip);
    }
  }

  #take(): Job<Wanted, Found>[] {
    let [count, bytes] = [0, 0];
    for (const { wanted } of this.#waiting) {
      bytes += this.#bytesOf(wanted);
      if (count === this.#most || (count > 0 && bytes > mostBytes)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #carryOut(jobs: readonly Job<Wanted, Found>[]): Promise<void> {
    try {
      const found = await this.#send(jobs.map(({ wanted }) => wanted));
      for (const [index, job] of jobs.entries()) job.resolve(found[index] as Found);
    } catch (error) {
      await this.#oneByOne(jobs, error);
    }
  }

  /** One bad job must not take the others with it; a server that fails for all does. */
  async #oneByOne(jobs: readonly Job<Wanted, Found>[], error: unknown): Promise<void> {
    let failed = jobs.length === 1 ? error : undefined;
    for (const job of jobs) {
      try {
        if (failed) throw failed;
        const [found] = await this.#send([job.wanted]);
        job.resolve(found as Found);
      } catch (each) {
        if (each instanceof DocketError) failed = each;
        job.reject(each);
      }
    }
  }
}
