/** Whether what AWS has thrown is its answer to what was asked, or about something else. */
import { PermissionError } from '../../core/errors.ts';
import { isNamed, isRefusal, translate } from '../errors.ts';

/** Passes by itself: throttling, another change under way, trouble of AWS's own. A call that is sent only once meets it too. */
export const isPassing = (error: unknown): boolean =>
  isNamed(error, 'ConcurrentModificationException') || translate(error)?.code === 'AWS_BUSY';

/** A quota of the account is used up, as that of the mails that Cognito sends in a day: says nothing about what was asked. */
export const isUsedUp = (error: unknown): boolean => isNamed(error, 'LimitExceededException');

/** AWS has judged what was asked, rather than who asks, how often, or when. */
export const isJudgement = (error: unknown): error is Error =>
  isRefusal(error) && !isPassing(error) && !isUsedUp(error) && !(translate(error) instanceof PermissionError);
