/** What teardown does with the user-migration trigger of a pool as it is now. */
export type TriggerUndo =
  /** Set this function, or take the trigger out when it is undefined. */
  | { readonly action: 'write'; readonly lambdaArn: string | undefined }
  /** There is no trigger any more. */
  | { readonly action: 'nothing' }
  /** Somebody has put another function there since. It stays. */
  | { readonly action: 'leave'; readonly lambdaArn: string };

/**
 * Takes out exactly what was put in.
 * @param present LambdaConfig.UserMigration as it is now.
 * @param ours the function that this migration put there.
 * @param previous the function that was there before, if the user had replaced it knowingly; it is put back.
 */
export function undoTrigger(present: string | undefined, ours: string, previous?: string): TriggerUndo {
  if (present === undefined || present === '') return { action: 'nothing' };
  // A version or alias of our function goes with it, and would leave a trigger that points nowhere: every sign-in of an
  // unknown user would fail.
  const isOurs = present === ours || present.startsWith(`${ours}:`);
  return isOurs ? { action: 'write', lambdaArn: previous } : { action: 'leave', lambdaArn: present };
}
