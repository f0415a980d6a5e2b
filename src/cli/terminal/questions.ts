/**
 * The questions that a command can ask, whatever the terminal can do.
 * All of them appear on standard error, before the first change.
 */
import { CancelledError } from '../../core/errors.ts';

export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** A second column, after the names of all choices. */
  readonly details?: string;
  readonly short?: string;
  readonly description?: string;
  readonly checked?: boolean;
}

/** `true`, or the reason to reject the answer. */
export type Verdict = true | string;

/** Thrown by a question when the person presses Esc, or types "back" in a terminal without Esc. */
export class Back extends Error {
  override readonly name = 'Back';
}

export interface Prompts {
  /** The same questions, which throw Back at Esc. These here ask whether to leave. */
  readonly withBack: Prompts;
  /** A question is certain: from now on, keys typed while none is open have no effect. */
  begin(): void;
  /** Shows information before the next question. */
  say(text: string): void;
  /**
   * Asks for one item of a searchable list.
   * @param typing the effect of typing, if it does more than search.
   * @param otherwise the text that people can type if no item matches.
   * @param preselected the value that Enter alone chooses. If absent, the first one.
   * @param hasIds whether the values are IDs, to which Tab completes.
   * @param validate may take time and ask questions of its own.
   */
  pick(args: {
    message: string;
    typing?: string;
    otherwise?: string;
    preselected?: string | undefined;
    hasIds?: boolean;
    source: (term: string | undefined) => Promise<readonly Choice<string>[]>;
    validate: (answer: string) => Promise<Verdict>;
  }): Promise<string>;
  /** Asks for one of a few answers. The first one is preselected, unless another one is named. */
  choose(args: {
    message: string;
    choices: readonly Choice<string>[];
    preselected?: string | undefined;
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

/** Undefined if the person goes back. */
export function unlessBack<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof Back) return undefined;
    throw error;
  });
}

/** Asks whether to leave. Throws CancelledError if so. */
export async function askToLeave(withBack: Prompts): Promise<void> {
  // Esc again goes back to the question.
  const answer = withBack.confirm({ message: 'Leave? Nothing was changed.', default: true });
  if (await unlessBack(answer))
    throw new CancelledError('Cancelled. Nothing was changed.', { code: 'CANCELLED' });
}

/** Questions with nothing to go back to: Esc asks whether to leave. */
export function alone(questions: Omit<Prompts, 'withBack'>): Prompts {
  const withBack: Prompts = {
    ...questions,
    get withBack() {
      return withBack;
    },
  };
  const untilAnswered = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Back)) throw error;
        await askToLeave(withBack);
      }
    }
  };
  return {
    withBack,
    begin: questions.begin,
    say: questions.say,
    pick: (args) => untilAnswered(() => questions.pick(args)),
    choose: (args) => untilAnswered(() => questions.choose(args)),
    input: (args) => untilAnswered(() => questions.input(args)),
    many: (args) => untilAnswered(() => questions.many(args)),
    confirm: (args) => untilAnswered(() => questions.confirm(args)),
    secret: (args) => untilAnswered(() => questions.secret(args)),
  };
}
