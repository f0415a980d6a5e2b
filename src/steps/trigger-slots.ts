/** The slots of LambdaConfig that this migration uses, and the functions that were in them before. */
import type { LambdaConfigType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { noPreviousTrigger } from '../aws/function/undo-tags.ts';
import { type TriggerSlot, type Triggers, undoTrigger } from '../aws/user-pool/index.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Vars } from '../core/variables/index.ts';
import { functionArn } from './names.ts';

/** The slots of LambdaConfig that the trigger step uses. */
export type Slot = Extract<TriggerSlot, 'UserMigration' | 'PreSignUp'>;

/** The key of each slot. The user migration slot has none, as in the state files of version 1.0.0. */
export const slotKeys: Readonly<Record<Slot, string>> = { UserMigration: '', PreSignUp: 'PreSignUp' };

const slots: readonly Slot[] = ['UserMigration', 'PreSignUp'];

/** The slot of a key. */
export function slotOf(key: string): Slot {
  const slot = slots.find((name) => slotKeys[name] === key);
  if (slot === undefined) throw new Error(`migration-trigger: there is no slot ${key}`);
  return slot;
}

/** The slot that users move by. It is always ours. */
export const isMigration = (slot: Slot): boolean => slot === 'UserMigration';

/** The slots that are to hold our function. Sign-ups are guarded only if the operator chose it. */
export const chosenSlots = ({ GUARD_SIGN_UP }: Pick<Partial<Vars>, 'GUARD_SIGN_UP'>): readonly Slot[] =>
  slots.filter((slot) => isMigration(slot) || GUARD_SIGN_UP === true);

/** The change of one update: this slot, and beside the one of migrations the others that can be set. */
export function triggersFor(
  slot: Slot,
  config: LambdaConfigType | undefined,
  vars: Pick<Vars, 'LAMBDA_ARN'> & Pick<Partial<Vars>, 'GUARD_SIGN_UP'>,
): Triggers {
  const others = chosenSlots(vars).filter((other) => {
    return isMigration(slot) && foreignTrigger(other, config, vars.LAMBDA_ARN) === undefined;
  });
  return Object.fromEntries([slot, ...others].map((one) => [one, vars.LAMBDA_ARN]));
}

/** The function in a slot if it isn't ours. A version or alias of ours counts as ours. */
export function foreignTrigger(
  slot: Slot,
  config: LambdaConfigType | undefined,
  ours: string,
): string | undefined {
  const undo = undoTrigger(config?.[slot], ours);
  return undo.action === 'leave' ? undo.lambdaArn : undefined;
}

/** Whether this migration's function is on the Pre sign-up trigger. */
export function isGuarded(pool: UserPoolType | undefined, NAME: string): boolean {
  const { Arn, LambdaConfig } = pool ?? {};
  if (Arn === undefined) return false;
  const ours = functionArn({ NEW_USER_POOL_ARN: Arn, NAME });
  return undoTrigger(LambdaConfig?.PreSignUp, ours).action === 'write';
}

/** The previous User migration trigger as the state file recorded it. Undefined if only tags name it, or nothing does. */
export function recordedTrigger(before: JsonObject | undefined, ours: string): string | undefined {
  return isJsonObject(before?.raw) ? previousOf(undefined, before, ours) : undefined;
}

/**
 * The trigger to restore, from the tag or the state file.
 * If both exist, the tag is newer: someone may have emptied the trigger in between.
 */
export function previousOf(
  tag: string | undefined,
  before: JsonObject | undefined,
  ours: string,
): string | undefined {
  const recorded = tag ?? before?.previousTrigger;
  if (typeof recorded === 'string') return recorded === noPreviousTrigger ? undefined : recorded;
  const config = isJsonObject(before?.raw) ? before.raw.LambdaConfig : undefined;
  const previous = isJsonObject(config) ? config.UserMigration : undefined;
  if (typeof previous !== 'string') return undefined;
  // The snapshot shows our own trigger if another run was faster. Restoring that would remove nothing.
  return undoTrigger(previous, ours).action === 'leave' ? previous : undefined;
}
