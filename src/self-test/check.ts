/** One thing that the self-test looks at, and what it saw. */
import type { SelfTestScene } from './scene.ts';

export interface Check {
  /** Stable and short: `init-again`, `Q3`. Issues and reports are compared by it. */
  readonly id: string;
  /** One line for people, in the present tense: "a second init writes nothing". */
  readonly title: string;
  /**
   * `promise`: of this program; a difference fails the self-test (exit code 8). `question`: how AWS behaves where only a live
   * pool can say; a difference is a finding, and nothing else.
   */
  readonly kind: 'promise' | 'question';
  /** What is promised, or what the documentation says and where. */
  readonly documented: string;
  /** Without it the checks that follow in the journey have no ground to stand on: they are skipped. */
  readonly essential?: boolean;
  /**
   * Tries it. Whatever it throws is told as "could not be tried" with the error's name and message: for a promise that
   * is as bad as a difference, for a question a finding. A quota that is used up leaves it open, unless it is essential.
   */
  run(scene: SelfTestScene): Promise<Seen>;
}

/** What was seen. No password, token or secret belongs in here: it goes into a report that people send to others. */
export interface Seen {
  /** As promised, or as documented. */
  readonly same: boolean;
  /** Nothing could be seen here that would answer it, and `seen` says why: neither the same nor different. */
  readonly open?: boolean;
  /** In words, with the names and messages that AWS gave. One line. */
  readonly seen: string;
}

/** How a check ended. */
export interface Result extends Pick<Check, 'id' | 'title' | 'kind' | 'documented'> {
  /** `error`: it could not be tried. `skipped`: an essential check before it did not hold, or Ctrl-C. `open`: see Seen.open. */
  readonly outcome: 'same' | 'different' | 'open' | 'error' | 'skipped';
  readonly seen: string;
  readonly ms: number;
  /** AWS calls that it made, those of our own commands included; retries are part of a call. */
  readonly calls: number;
}

/** Exit code 8. */
export const isBroken = ({ kind, outcome }: Result): boolean =>
  kind === 'promise' && outcome !== 'same' && outcome !== 'open';

/** Worth telling the maintainers. */
export const isFinding = ({ outcome }: Result): boolean => outcome === 'different' || outcome === 'error';
