/** The slots of LambdaConfig that this migration uses, and the functions that were in them before. */
import type { LambdaConfigType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { noPreviousTrigger } from '../aws/function/undo-tags.ts';
import { type TriggerSlot, type Triggers, tokenTriggerOf, undoTrigger } from '../aws/user-pool/index.ts';
import { ConflictError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Vars } from '../core/variables/index.ts';
import { heldSlotNames } from '../core/variables/schemas.ts';
import { copiesGroups } from './group-plan.ts';
import { functionArn } from './names.ts';

/** The slots of LambdaConfig that the trigger step uses. */
export type Slot = Extract<TriggerSlot, 'UserMigration' | 'PreSignUp' | 'PreTokenGeneration'>;

/** The key of each slot. The user migration slot has none, as in the state files of version 1.0.0. */
export const slotKeys: Readonly<Record<Slot, string>> = {
  UserMigration: '',
  PreSignUp: 'PreSignUp',
  PreTokenGeneration: 'PreTokenGeneration',
};

const slots: readonly Slot[] = ['UserMigration', 'PreSignUp', 'PreTokenGeneration'];

/** The texts of the slots that are ours only by choice. */
const optionalTexts: Readonly<
  Record<Exclude<Slot, 'UserMigration'>, { readonly [K in 'set' | 'kept' | 'removed']: string }>
> = {
  PreSignUp: {
    set: 'refuse names of the old pool (sign-ups, new users of administrators, and first sign-ins by identity providers depend on the function meanwhile)',
    kept: 'refuses names of the old pool',
    removed: 'stop refusing sign-ups (nothing else changes)',
  },
  PreTokenGeneration: {
    set: 'groups in the first token of users who move (every sign-in calls the function meanwhile)',
    kept: 'adds groups to the first token',
    removed: 'stop adding groups to first tokens (nothing else changes)',
  },
};

/** The text of a slot in a plan. */
export const textOf = (
  slot: Slot,
  kind: 'set' | 'kept' | 'removed',
  pool: string,
  ofMigration: { readonly [K in 'set' | 'kept' | 'removed']: string },
): string => {
  if (slot === 'UserMigration') return ofMigration[kind];
  return `${slot} of ${pool}${kind === 'kept' ? '' : ':'} ${optionalTexts[slot][kind]}`;
};

/** The function in a slot. */
export const functionIn = (slot: Slot, config: LambdaConfigType | undefined): string | undefined =>
  slot === 'PreTokenGeneration' ? tokenTriggerOf(config) : config?.[slot];

/** The choices that decide which slots are used. */
type Choices = Partial<Pick<Vars, 'GUARD_SIGN_UP' | 'GROUPS_IN_FIRST_TOKEN' | 'GROUP_PLAN'>>;

/** The slot of a key. */
export function slotOf(key: string): Slot {
  const slot = slots.find((name) => slotKeys[name] === key);
  if (slot === undefined) throw new Error(`migration-trigger: there is no slot ${key}`);
  return slot;
}

/** The slot that users move by. It is always ours. */
export const isMigration = (slot: Slot): boolean => slot === 'UserMigration';

/** The slots that are to hold our function. All but the first only if the operator chose it. */
export function chosenSlots(choices: Choices): readonly Slot[] {
  const isChosen: Readonly<Record<Slot, boolean>> = {
    UserMigration: true,
    PreSignUp: choices.GUARD_SIGN_UP === true,
    PreTokenGeneration: choices.GROUPS_IN_FIRST_TOKEN === true && copiesGroups(choices),
  };
  return slots.filter((slot) => isChosen[slot]);
}

/** The chosen slots but the one of migrations. */
export const optionalSlots = (choices: Choices): readonly (typeof heldSlotNames)[number][] =>
  heldSlotNames.filter((slot) => chosenSlots(choices).includes(slot));

/** The change of one update: this slot, and beside the one of migrations the others that can be set. */
export function triggersFor(
  slot: Slot,
  config: LambdaConfigType | undefined,
  vars: Pick<Vars, 'LAMBDA_ARN'> & Choices,
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
  const undo = undoTrigger(functionIn(slot, config), ours);
  return undo.action === 'leave' ? undo.lambdaArn : undefined;
}

/** The keys of the other slots, beside the one of migrations, that hold this migration's function now. */
export function heldSlots(pool: UserPoolType | undefined, NAME: string): Vars['HELD_SLOTS'] {
  const { Arn, LambdaConfig } = pool ?? {};
  if (Arn === undefined) return [];
  const ours = functionArn({ NEW_USER_POOL_ARN: Arn, NAME });
  return heldSlotNames.filter((slot) => undoTrigger(functionIn(slot, LambdaConfig), ours).action === 'write');
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

/** Someone set this trigger after the plan was made. */
export const appeared = (lambdaArn: string, slot: Slot): ConflictError =>
  new ConflictError(`Somebody has just set the trigger to another function: ${lambdaArn}`, {
    code: 'FOREIGN',
    found: lambdaArn,
    hint: [
      isMigration(slot)
        ? 'It was not changed. To replace it:  --replace-trigger  (teardown restores it)'
        : `It was not changed. The ${slot} trigger is only used if it is empty.`,
    ],
  });
