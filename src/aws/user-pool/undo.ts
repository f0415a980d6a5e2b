/** The action of teardown on a pool's user migration trigger in its current state. */
export type TriggerUndo =
  /** Set this function, or remove the trigger if it's undefined. */
  | { readonly action: 'write'; readonly lambdaArn: string | undefined }
  /** The trigger is already gone. */
  | { readonly action: 'nothing' }
  /** Someone has set another function since. It stays. */
  | { readonly action: 'leave'; readonly lambdaArn: string };

/**
 * Removes exactly the function that we set.
 * @param present The current LambdaConfig.UserMigration.
 * @param ours The function that this migration set.
 * @param previous The function that was there before, if the user replaced it knowingly. It is put back.
 */
export function undoTrigger(present: string | undefined, ours: string, previous?: string): TriggerUndo {
  if (present === undefined || present === '') return { action: 'nothing' };
  // A version or alias of our function is deleted with it. Its trigger would then call a function that no
  // longer exists, and every sign-in of an unknown user would fail.
  const isOurs = present === ours || present.startsWith(`${ours}:`);
  return isOurs ? { action: 'write', lambdaArn: previous } : { action: 'leave', lambdaArn: present };
}
