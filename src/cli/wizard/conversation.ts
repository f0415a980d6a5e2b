/**
 * The questions of one run and their answers.
 * Code that asks is written straight on. To go back, it runs again, and the answers that still hold answer it.
 */
import { MigrateError } from '../../core/errors.ts';
import type { VarName, Vars } from '../../core/variables/index.ts';
import { askToLeave, Back, type Choice, type Prompts, unlessBack } from '../terminal/questions.ts';
import { errorText, markShown, type Reporter, wasShown } from '../terminal/reporter.ts';

/** A question of the wizard, as its file declares it. */
export interface Question {
  readonly id: string;
  /** How a menu names it. */
  readonly title: string;
  /** The variables, and so the flags, that an answer sets. */
  readonly sets: readonly VarName[];
  /** The kinds of answers. Each leads to other questions, other settings, or another command. */
  readonly branches: readonly string[];
}

export interface Answer {
  /** One of the branches of the question. */
  readonly branch: string;
  /** The answer in a menu. */
  readonly label: string;
  readonly values: Partial<Vars>;
}

/** Takes an answer back. The phase that contains its question runs again. */
class Reopened extends Error {
  readonly question: Question;

  constructor(question: Question) {
    super(`${question.id} is asked again`);
    this.question = question;
  }
}

/** An answer, and what it is about. It holds for nothing else. */
interface Given extends Answer {
  readonly about: string;
}

const stop = 'stop';

export class Conversation {
  /** Throw Back at Esc. */
  readonly prompts: Prompts;
  /** The account and Region of the offered pools, as last printed. */
  readonly place: { said?: string } = {};
  readonly #answers = new Map<Question, Given>();
  /** The last answer to each question, also if it was taken back. */
  readonly #earlier = new Map<Question, Given>();
  /** The questions on the way to here. */
  readonly #asked: Question[] = [];

  constructor(prompts: Prompts) {
    this.prompts = prompts.withBack;
  }

  /** The answers on the way to here. */
  get answers(): readonly Answer[] {
    return this.#asked.flatMap((question) => this.#answers.get(question) ?? []);
  }

  /** The values of these answers. A later answer replaces an earlier one. */
  get values(): Partial<Vars> {
    return Object.assign({}, ...this.answers.map(({ values }) => values));
  }

  /**
   * The answer to this question. Asks only if none holds.
   * Esc goes back to the question before, or asks whether to leave.
   * @param put receives the answer that was taken back, to preselect it.
   * @param about the IDs that the question is about. An answer about other ones does not hold.
   */
  async ask(
    question: Question,
    put: (earlier: Answer | undefined) => Promise<Answer>,
    ...about: readonly string[]
  ): Promise<Answer> {
    const same = (given: Given | undefined) => (given?.about === about.join() ? given : undefined);
    const known = same(this.#answers.get(question));
    const answer = known ?? (await this.orBack(() => put(same(this.#earlier.get(question)))));
    const given = { ...answer, about: about.join() };
    this.#answers.set(question, given);
    this.#earlier.set(question, given);
    this.#asked.push(question);
    return answer;
  }

  /** Asks what is never answered in advance, such as the approval of a plan. Esc goes back. */
  async orBack<T>(question: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof Back)) throw error;
        const last = this.#asked.at(-1);
        if (last !== undefined) throw this.#reopened(last);
        await askToLeave(this.prompts);
      }
    }
  }

  #reopened(question: Question): Reopened {
    this.#answers.delete(question);
    return new Reopened(question);
  }

  /** Runs work again whenever an answer of its own is taken back. The work must not change anything. */
  async phase<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#asked.length;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Reopened) || this.#asked.indexOf(error.question, start) === -1) throw error;
        this.#asked.length = start;
      }
    }
  }

  /** A phase that offers to change an answer after a refusal. The other answers hold. */
  retrying<T>(work: () => Promise<T>, reporter: Pick<Reporter, 'askAbout' | 'style'>): Promise<T> {
    return this.phase(() => work().catch((error: unknown) => this.#reconsider(error, reporter)));
  }

  /** Throws the error if the person stops, or if no answer of theirs could change anything. */
  async #reconsider(error: unknown, reporter: Pick<Reporter, 'askAbout' | 'style'>): Promise<never> {
    const isNew = error instanceof MigrateError && isAboutAnswers(error) && !wasShown(error);
    if (!isNew || this.#asked.length === 0) throw error;
    markShown(error);
    reporter.askAbout(errorText(error, reporter.style));
    const choices = this.#asked.map((question): Choice<string> => {
      const { id, title } = question;
      return { value: id, name: `${title}: ${this.#answers.get(question)?.label ?? ''}` };
    });
    const choosing = this.prompts.choose({
      message: 'What do you want to change?',
      choices: [{ value: stop, name: 'Nothing. Stop here.' }, ...choices],
    });
    const wanted = await unlessBack(choosing);
    const again = this.#asked.find(({ id }) => id === wanted);
    throw again === undefined ? error : this.#reopened(again);
  }
}

/**
 * Whether another answer may lead further. Missing rights and failures of AWS stay.
 * Nobody who has no access to the old account gets it by another answer.
 */
const isAboutAnswers = ({ kind, code }: MigrateError): boolean =>
  code === 'DECLINED' ||
  (code !== 'HANDOFF_NEEDED' && (kind === 'refused' || kind === 'conflict' || kind === 'usage'));
