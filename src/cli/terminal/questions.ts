/**
 * The questions that a command can ask, whatever the terminal can do.
 * All of them appear on standard error, before the first change.
 */

export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  readonly short?: string;
  readonly description?: string;
  readonly checked?: boolean;
}

/** `true`, or the reason to reject the answer. */
export type Verdict = true | string;

export interface Prompts {
  /** Shows information before the next question. */
  say(text: string): void;
  /**
   * Asks for one item of a searchable list.
   * @param typing the effect of typing, if it does more than search.
   * @param otherwise the text that people can type if no item matches.
   * @param validate may take time and ask questions of its own.
   */
  pick(args: {
    message: string;
    typing?: string;
    otherwise?: string;
    source: (term: string | undefined) => Promise<readonly Choice<string>[]>;
    validate: (answer: string) => Promise<Verdict>;
  }): Promise<string>;
  /** @param validate responds immediately. @param check may take time and ask questions of its own. */
  input(args: {
    message: string;
    validate: (answer: string) => Promise<Verdict>;
    check?: (answer: string) => Promise<Verdict>;
  }): Promise<string>;
  many(args: { message: string; choices: readonly Choice<string>[] }): Promise<readonly string[]>;
  confirm(args: { message: string; default: boolean }): Promise<boolean>;
  secret(args: { message: string }): Promise<string>;
}
