/** One check of the self-test, and its observations. */
import type { SelfTestScene } from './scene.ts';

export interface Check {
  /** Stable and short, such as `init-again` or `Q3`. It matches results across issues and reports. */
  readonly id: string;
  /** One line for people in the present tense, such as "a second init writes nothing". */
  readonly title: string;
  /**
   * `promise`: of this program. A difference fails the self-test (exit code 8).
   * `question`: AWS behavior that only a live pool can show. A difference is a finding, nothing else.
   */
  readonly kind: 'promise' | 'question';
  /** The promise, or the documented behavior with its source. */
  readonly documented: string;
  /** Checks that follow in the journey depend on it. If it fails, they are skipped. */
  readonly essential?: boolean;
  /**
   * Runs the check. An error becomes "could not be tried" with its name and message.
   * For a promise, that is as bad as a difference. For a question, it is a finding.
   * A used-up quota leaves the check open, unless it is essential.
   */
  run(scene: SelfTestScene): Promise<Seen>;
}

/**
 * The observations of a check. They go into a report that people send to others.
 * They must not contain a password, token, or secret.
 */
export interface Seen {
  /** As promised, or as documented. */
  readonly same: boolean;
  /** Nothing observed here answers it, and `seen` says why: neither the same nor different. */
  readonly open?: boolean;
  /** In words, with names and messages from AWS. One line. */
  readonly seen: string;
}

/** The result of a check. */
export interface Result extends Pick<Check, 'id' | 'title' | 'kind' | 'documented'> {
  /**
   * `error`: it could not run. `open`: see Seen.open.
   * `skipped`: an essential check before it failed, or Ctrl-C.
   */
  readonly outcome: 'same' | 'different' | 'open' | 'error' | 'skipped';
  readonly seen: string;
  readonly ms: number;
  /** AWS calls of the check, including our own commands. Retries are part of a call. */
  readonly calls: number;
}

/** Whether the result fails the self-test (exit code 8). */
export const isBroken = ({ kind, outcome }: Result): boolean =>
  kind === 'promise' && outcome !== 'same' && outcome !== 'open';

/** Whether the result is worth a report to the maintainers. */
export const isFinding = ({ outcome }: Result): boolean => outcome === 'different' || outcome === 'error';
