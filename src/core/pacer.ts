/**
 * The pace of a long run over many users.
 * A quota of AWS belongs to everybody in the account, live sign-ins included, so a long run takes only a part.
 */

export interface PacerOptions {
  /** Requests per second at first. */
  readonly perSecond: number;
  /** The most requests per second. If absent, as many as at first. */
  readonly mostPerSecond?: number;
  /** Requests that may begin at once after a pause. If absent, one. */
  readonly burst?: number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits so many milliseconds. Throws if Ctrl-C ends the wait. */
  sleep(ms: number): Promise<void>;
  /** Whether AWS refused the request only because there were too many. */
  isThrottled(error: unknown): boolean;
}

/** One more request per second after each such time without a refusal, in milliseconds. */
const raiseEveryMs = 10_000;
/** Pause of all requests after a refusal, in milliseconds. */
const pauseMs = 1_000;
/** The slowest pace, in requests per second. */
const leastPerSecond = 0.5;
/** Attempts of one request before its refusal counts. */
const mostAttempts = 8;

/** Sends requests at a pace. Any number of workers can share it: each request takes the next turn. */
export class Pacer {
  readonly #options: PacerOptions;
  #perSecond: number;
  #nextAt = 0;
  #lastWait: Promise<void> | undefined;
  #raisedAt: number;

  constructor(options: PacerOptions) {
    this.#options = options;
    this.#perSecond = options.perSecond;
    this.#raisedAt = options.now();
  }

  /**
   * Does the work in its turn, and again after a refusal for too many requests.
   * Throws any other error at once, and the refusal after eight attempts.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const turn = this.#turn();
      if (turn !== undefined) await turn;
      try {
        return await work();
      } catch (error) {
        if (!this.#options.isThrottled(error) || attempt >= mostAttempts) throw error;
        this.#slowDown();
      }
    }
  }

  /** Undefined if the request can begin at once. One request waits at a time, so a refusal delays all others. */
  #turn(): Promise<void> | undefined {
    const before = this.#lastWait;
    const wait = before === undefined ? this.#wait() : before.then(() => this.#wait());
    if (wait === undefined) return undefined;
    // The others keep waiting, even if Ctrl-C ends this wait. Each one detects Ctrl-C itself.
    const over = wait.then(
      () => undefined,
      () => undefined,
    );
    this.#lastWait = over;
    void over.then(() => {
      if (this.#lastWait === over) this.#lastWait = undefined;
    });
    return wait;
  }

  #wait(): Promise<void> | undefined {
    const now = this.#options.now();
    this.#speedUp(now);
    const interval = 1000 / this.#perSecond;
    const { burst = 1 } = this.#options;
    // No turn is further away than this, unless someone sets the clock back.
    const last = now + Math.max(interval, pauseMs);
    const at = Math.min(Math.max(now - (burst - 1) * interval, this.#nextAt), last);
    this.#nextAt = at + interval;
    return at > now ? this.#options.sleep(at - now) : undefined;
  }

  #speedUp(now: number): void {
    const steps = Math.floor((now - this.#raisedAt) / raiseEveryMs);
    if (steps < 1) return;
    this.#raisedAt += steps * raiseEveryMs;
    const { perSecond, mostPerSecond = perSecond } = this.#options;
    this.#perSecond = Math.min(mostPerSecond, this.#perSecond + steps);
  }

  #slowDown(): void {
    const now = this.#options.now();
    this.#perSecond = Math.max(leastPerSecond, this.#perSecond / 2);
    this.#raisedAt = now;
    this.#nextAt = Math.max(this.#nextAt, now + pauseMs);
  }
}
