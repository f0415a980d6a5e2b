/** A forecast of a migration, from the users who were handed over each day. */

const dayMs = 86_400_000;

/** Days in a week, which evens out weekends. */
const week = 7;

/** Weeks that a forecast looks ahead: two years. */
const farthest = 104;

/** Shares of the old pool's users, in percent, that a forecast names. */
const milestones = [25, 50, 75, 80, 90, 95, 100] as const;

export interface Forecast {
  /** The next share of the old pool's users, in percent. Absent if it isn't reached in two years. */
  readonly next?: {
    readonly percent: number;
    /** Milliseconds since the epoch. */
    readonly at: number;
  };
  /** Users who never sign in if the pace slows down as it did. Absent if it doesn't slow down. */
  readonly rest?: number;
  /** Days that the forecast is made from. */
  readonly basis: 7 | 14;
}

export interface Progress {
  /**
   * Users handed over on each day (UTC), oldest first.
   * The first one is the day of the start, which may be late. The last one is today, which isn't over.
   */
  readonly days: readonly number[];
  readonly handedOver: number;
  /** Users of the old pool. */
  readonly users: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** The pace of the last seven whole days, and how it changes. */
interface Pace {
  /** Users handed over in the last seven whole days. */
  readonly recent: number;
  /** Each week brings `factor` times as many as the week before. At most 1. */
  readonly factor: number;
  readonly basis: Forecast['basis'];
}

/**
 * Continues the pace of the last seven whole days.
 * After fourteen days it slows down by the same factor each week as it did in the last one, but never speeds up.
 * Undefined before seven whole days, without anyone in the last seven, and if everyone has moved.
 */
function paceOf({ days, handedOver, users }: Omit<Progress, 'now'>): Pace | undefined {
  const whole = days.slice(1, -1);
  const recent = sum(whole.slice(-week));
  if (whole.length < week || recent === 0 || users <= handedOver) return undefined;
  const earlier = whole.length < 2 * week ? 0 : sum(whole.slice(-2 * week, -week));
  return {
    recent,
    factor: earlier === 0 ? 1 : Math.min(1, recent / earlier),
    basis: whole.length < 2 * week ? 7 : 14,
  };
}

/** Users to come in all weeks together: a geometric series. */
const toComeOf = ({ recent, factor }: Pace): number =>
  factor === 1 ? Number.POSITIVE_INFINITY : (recent * factor) / (1 - factor);

/** What follows from the pace. Undefined without one. */
export function forecast({ now, ...progress }: Progress): Forecast | undefined {
  const pace = paceOf(progress);
  if (pace === undefined) return undefined;
  const { handedOver, users } = progress;
  const { recent, factor, basis } = pace;
  const toCome = toComeOf(pace);
  const rest = Math.max(0, Math.round(users - handedOver - toCome));
  const percent = milestones.find((share) => (users * share) / 100 > handedOver);
  const needed = percent === undefined ? 0 : (users * percent) / 100 - handedOver;
  const weeks = factor === 1 ? needed / recent : Math.log(1 - needed / toCome) / Math.log(factor);
  return {
    ...(percent === undefined || needed >= toCome || weeks > farthest
      ? {}
      : { next: { percent, at: now + weeks * week * dayMs } }),
    ...(factor === 1 ? {} : { rest }),
    basis,
  };
}

/** The expected number of users handed over, a number of weeks from now at the same pace. Undefined without a pace. */
export function expectedAfter(weeks: number, progress: Omit<Progress, 'now'>): number | undefined {
  const pace = paceOf(progress);
  if (pace === undefined) return undefined;
  const { recent, factor } = pace;
  const added = factor === 1 ? recent * weeks : toComeOf(pace) * (1 - factor ** weeks);
  return Math.min(progress.users, progress.handedOver + added);
}
