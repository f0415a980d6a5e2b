// Time for two processes that passes only while both wait. This process keeps it. The other one is the local AWS, which
// asks by messages: { sleep: id, ms } is answered by { wake: id, now } when that time has come.
import { subscribe } from 'node:diagnostics_channel';

/** Rounds of the event loop without news after which this process counts as waiting. */
const QUIET_ROUNDS = 4;

export function virtualClock(start) {
  let now = start;
  let order = 0;
  /** By time, then by order: [time, order, wake]. */
  const timers = [];
  let inFlight = 0;
  let asleepThere = 0;
  let news = 0;
  let isChecking = false;

  const add = (ms, wake) => {
    const timer = { at: now + Math.max(0, ms), order: order++, wake };
    timers.push(timer);
    stir();
    return timer;
  };

  const drop = (timer) => {
    const at = timers.indexOf(timer);
    if (at >= 0) timers.splice(at, 1);
    stir();
  };

  /** Something has happened. Time passes only after some quiet. */
  function stir() {
    news += 1;
    if (isChecking) return;
    isChecking = true;
    let seen = news;
    let quiet = 0;
    const round = () => {
      quiet = news === seen ? quiet + 1 : 0;
      seen = news;
      if (quiet < QUIET_ROUNDS) return setImmediate(round);
      isChecking = false;
      if (inFlight === asleepThere) pass();
      return undefined;
    };
    setImmediate(round);
  }

  /** Moves to the next moment with a waiting sleeper. */
  function pass() {
    const [next] = timers.toSorted((a, b) => a.at - b.at || a.order - b.order);
    if (next === undefined) return;
    now = Math.max(now, next.at);
    timers.splice(timers.indexOf(next), 1);
    next.wake();
    stir();
  }

  subscribe('http.client.request.start', ({ request }) => {
    inFlight += 1;
    stir();
    request.once('close', () => {
      inFlight -= 1;
      stir();
    });
  });
  process.on('message', (message) => {
    if (message.sleep === undefined) return;
    asleepThere += 1;
    add(message.ms, () => {
      asleepThere -= 1;
      process.send({ wake: message.sleep, now });
    });
  });

  return {
    now: () => Math.floor(now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const ended = () => {
          drop(timer);
          resolve();
        };
        const timer = add(ms, () => {
          signal?.removeEventListener('abort', ended);
          resolve();
        });
        signal?.addEventListener('abort', ended, { once: true });
      }),
  };
}
