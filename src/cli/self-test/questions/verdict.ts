/** What AWS says to a request of which it is the question whether it takes it. */
import { errorName } from '../../../aws/errors.ts';
import { isJudgement } from '../../../aws/throw-away/sign-in.ts';

export interface Verdict {
  readonly accepted: boolean;
  /** `accepted`, or `refused with NAME: MESSAGE`. */
  readonly text: string;
}

/** @throws what is no answer to the question: no network, a denied permission, AWS's own trouble. */
export async function verdictOn(request: Promise<unknown>): Promise<Verdict> {
  try {
    await request;
    return { accepted: true, text: 'accepted' };
  } catch (error) {
    if (!(error instanceof Error) || !isJudgement(error)) throw error;
    return { accepted: false, text: `refused with ${errorName(error)}: ${error.message}` };
  }
}
