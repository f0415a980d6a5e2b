import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';

/** The slots of LambdaConfig that hold the ARN of one function. */
export type TriggerSlot = Exclude<
  {
    [K in keyof LambdaConfigType]-?: LambdaConfigType[K] extends string | undefined ? K : never;
  }[keyof LambdaConfigType],
  'KMSKeyID'
>;

/** Functions by slot. A slot that is present but undefined is emptied, and an absent one stays. */
export type Triggers = { readonly [S in TriggerSlot]?: string | undefined };

/** The action of teardown on one trigger of a pool in its current state. */
export type TriggerUndo =
  /** Set this function, or remove the trigger if it's undefined. */
  | { readonly action: 'write'; readonly lambdaArn: string | undefined }
  /** The trigger is already gone. */
  | { readonly action: 'nothing' }
  /** Someone has set another function since. It stays. */
  | { readonly action: 'leave'; readonly lambdaArn: string };

/**
 * Removes exactly the function that we set.
 * @param present The function that is in that slot of LambdaConfig now.
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
