/** What AWS says to a request of which it is the question whether it takes it. */
import { errorName } from '../../../aws/errors.ts';
import { isJudgement } from '../../../aws/throw-away/sign-in.ts';

export type Verdict<T> =
  | { readonly accepted: true; readonly text: string; readonly answer: T }
  /** `text`: refused with NAME: MESSAGE. */
  | { readonly accepted: false; readonly text: string };

/** @throws what is no answer to the question: no network, a denied permission, AWS's own trouble. */
export async function verdictOn<T>(request: Promise<T>): Promise<Verdict<T>> {
  try {
    return { accepted: true, text: 'accepted', answer: await request };
  } catch (error) {
    if (!(error instanceof Error) || !isJudgement(error)) throw error;
    return { accepted: false, text: `refused with ${errorName(error)}: ${error.message}` };
  }
}
