/**
 * The only setting of the new pool that this product changes: the triggers of LambdaConfig.
 * Each slot has its own key, state record, and undo tag. One UpdateUserPool can change several slots.
 */
import { userPoolUrl } from '../aws/console-url.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { isFunctionGone } from '../aws/function/gone.ts';
import {
  dropUndoRecord,
  noPreviousTrigger,
  previousTriggerTag,
  readUndoRecords,
  writeUndoRecord,
} from '../aws/function/undo-tags.ts';
import {
  finishTriggers,
  type PoolSnapshot,
  type RawPool,
  readPool,
  replanOnChange,
  setTriggers,
  type TriggerSlot,
  undoTrigger,
} from '../aws/user-pool/index.ts';
import { limits, stops } from '../core/effects.ts';
import { ConflictError } from '../core/errors.ts';
import { type Difference, isJsonObject, type JsonObject } from '../core/json.ts';
import { policyTasks } from '../core/permission.ts';
import { defineStep } from './define-step.ts';
import { functionArn } from './names.ts';

type Props = { readonly lambdaArn: string };

/** The slots of LambdaConfig that this step uses. */
export type Slot = Extract<TriggerSlot, keyof typeof previousTriggerTag>;

/** The key of each slot. The user migration slot has none, as in the state files of version 1.0.0. */
export const slotKeys: Readonly<Record<Slot, string>> = { UserMigration: '' };

const slots: readonly Slot[] = ['UserMigration'];

/** The slot of a key. */
function slotOf(key: string): Slot {
  const slot = slots.find((name) => slotKeys[name] === key);
  if (slot === undefined) throw new Error(`migration-trigger: there is no slot ${key}`);
  return slot;
}

export const migrationTrigger = defineStep({
  id: 'migration-trigger',
  title: 'trigger',
  effects: {
    missing: stops('the new pool does not call the function'),
    drifted: limits('The new pool calls another version of the function.'),
    foreign: stops('the trigger calls another function'),
  },
  consoleUrl: ({ NEW_USER_POOL_ARN }) => userPoolUrl(NEW_USER_POOL_ARN),
  requires: [
    'LAMBDA_ARN',
    'NEW_USER_POOL_ID',
    'NEW_USER_POOL_ARN',
    'NEW_USER_POOL_NAME',
    'NAME',
    'UNDO_RECORDS',
  ],
  optional: ['REPLACE_TRIGGER', 'RESTORE_TRIGGER'],
  outputs: [],
  parent: 'lambda-function',
  kind: 'modify',
  after: ['lambda-function', 'async-retries', 'policy-attachments', 'invoke-permission', 'new-clients'],
  keys: () => slots.map((slot) => slotKeys[slot]),
  iac: 'none',
  cleanup: 'none',
  permissions: [
    {
      sid: 'SetTheTriggerAndNothingElse',
      actions: {
        'cognito-idp:DescribeUserPool': policyTasks,
        'cognito-idp:GetUserPoolMfaConfig': policyTasks,
        'cognito-idp:ListUserImportJobs': ['init'],
        'cognito-idp:ListGroups': ['init'],
        'cognito-idp:UpdateUserPool': ['init', 'finish'],
        'cognito-idp:SetUserPoolMfaConfig': ['init', 'finish'],
      },
      resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
    },
    {
      sid: 'SendThePoolsOwnTagsBack',
      when: ({ hasTags }) => hasTags,
      actions: { 'cognito-idp:TagResource': ['init', 'finish'] },
      resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
    },
    {
      sid: 'SendThePoolsSmsRoleBack',
      when: ({ smsRoleArn }) => smsRoleArn !== undefined,
      actions: { 'iam:PassRole': ['init', 'finish'] },
      resource: ({ smsRoleArn = '' }) => smsRoleArn,
      condition: () => ({ StringEquals: { 'iam:PassedToService': 'cognito-idp.amazonaws.com' } }),
    },
    {
      sid: 'SendTheKeyOfCustomSendersBack',
      when: ({ senderKeyArn }) => senderKeyArn !== undefined,
      actions: { 'kms:CreateGrant': ['init', 'finish'] },
      // A policy identifies keys by their own ARN, never by an alias (KMS Developer Guide, "Specifying KMS
      // keys").
      resource: ({ senderKeyArn = '' }) => senderKeyArn.replace(/:alias\/.*$/, ':key/*'),
      condition: ({ NEW_USER_POOL_ARN }) => ({
        StringEquals: {
          'kms:EncryptionContext:userpool-id': NEW_USER_POOL_ARN.slice(
            NEW_USER_POOL_ARN.lastIndexOf('/') + 1,
          ),
        },
      }),
    },
  ],
  describe: ({ NEW_USER_POOL_NAME }) =>
    `${NEW_USER_POOL_NAME}: call the migration function (nothing else changes)`,
  describeUnchanged: ({ NEW_USER_POOL_NAME }) => `${NEW_USER_POOL_NAME} calls the migration function`,
  describeRemoval: ({ NEW_USER_POOL_NAME }) =>
    `${NEW_USER_POOL_NAME}: stop calling the function (nothing else changes)`,

  desired: ({ vars }): Props => ({ lambdaArn: vars.LAMBDA_ARN }),

  means: () => 'Cognito sends the passwords of users who have not moved to that function.',

  async read({ aws, vars, key }) {
    const slot = slotOf(key);
    const found = await undefinedIfNotFound(
      readPool(aws.new.idp, vars.NEW_USER_POOL_ID),
      'ResourceNotFoundException',
    );
    const lambdaArn = found?.pool.LambdaConfig?.[slot];
    if (found === undefined || lambdaArn === undefined) return undefined;
    const isOurs =
      foreignTrigger(slot, found, functionArn(vars)) === undefined || vars.REPLACE_TRIGGER === true;
    const previousTrigger = vars.UNDO_RECORDS[previousTriggerTag[slot]];
    const before = previousTrigger === undefined ? {} : { before: { previousTrigger } };
    return {
      props: { lambdaArn },
      outputs: {},
      ownership: isOurs ? 'ours' : 'foreign',
      owner: lambdaArn,
      ...before,
    };
  },

  async rewriteUndoTag({ aws, before, vars, key }) {
    const slot = slotOf(key);
    const previous = previousOf(slot, undefined, before, vars.LAMBDA_ARN);
    if (previous === undefined) return;
    await writeUndoRecord(aws.new.lambda, vars.LAMBDA_ARN, { [previousTriggerTag[slot]]: previous });
  },

  readFresh: ({ aws, vars }) =>
    Promise.all([
      readPool(aws.new.idp, vars.NEW_USER_POOL_ID),
      readUndoRecords(aws.new.lambda, vars.LAMBDA_ARN),
    ]),

  async write({ aws, vars, key, readFresh, saveSnapshot }) {
    const slot = slotOf(key);
    const { idp, lambda } = aws.new;
    const { verified, repaired, shown } = await replanOnChange(readFresh, async ([before, tags]) => {
      const replaced = foreignTrigger(slot, before, vars.LAMBDA_ARN);
      if (replaced !== undefined && vars.REPLACE_TRIGGER !== true) throw appeared(replaced);
      const wasEmpty = before.pool.LambdaConfig?.[slot] === undefined;
      // If someone has emptied the trigger since it was replaced, there is nothing to restore.
      const isRecorded = tags !== undefined && previousTriggerTag[slot] in tags;
      const record = replaced ?? (wasEmpty && isRecorded ? noPreviousTrigger : undefined);
      // Also saved in the state file, because a recreated function has new tags.
      const since = record === undefined ? undefined : { previousTrigger: record };
      await saveSnapshot({ raw: before.raw, mfa: before.mfa }, since);
      return setTriggers(
        idp,
        before,
        { [slot]: vars.LAMBDA_ARN },
        {
          clock: aws.clock,
          signal: aws.signal,
          meanwhile: async () => {
            if (record !== undefined)
              await writeUndoRecord(lambda, vars.LAMBDA_ARN, { [previousTriggerTag[slot]]: record });
          },
        },
      );
    });
    const mended = repaired.length === 0 ? '' : `; restored after the update: ${repaired.join(', ')}`;
    return {
      outputs: {},
      detail: `set; ${verified} of ${verified} other settings verified unchanged${mended}`,
      notes: shown.length === 0 ? [] : [shownText(vars.NEW_USER_POOL_NAME, shown)],
    };
  },

  async resume({ aws, latest, at, vars, key }) {
    const slot = slotOf(key);
    const snapshot = snapshotOf(latest);
    if (snapshot === undefined) return undefined;
    const find = readPool(aws.new.idp, vars.NEW_USER_POOL_ID);
    const now = await undefinedIfNotFound(find, 'ResourceNotFoundException');
    // A later change is someone else's. Their settings must not be compared with an old snapshot.
    if (now === undefined || Number(now.pool.LastModifiedDate) > at + resumeWithinMs) return undefined;
    const { repaired } = await finishTriggers(
      aws.new.idp,
      snapshot,
      { [slot]: now.pool.LambdaConfig?.[slot] },
      aws,
    );
    return repaired.length === 0 ? undefined : `restored after the last run's update: ${repaired.join(', ')}`;
  },

  async remove({ aws, before, vars, key, saveSnapshot }) {
    const slot = slotOf(key);
    const { idp, lambda } = aws.new;
    const ours = functionArn(vars);
    const tags = await readUndoRecords(lambda, ours);
    const named = previousOf(slot, tags?.[previousTriggerTag[slot]], before, ours);
    // Anyone who can tag the function could name another one. The state file or the operator must confirm it.
    const isKnown = named === recordedTrigger(slot, before, ours) || named === vars.RESTORE_TRIGGER;
    const recorded = isKnown ? named : undefined;
    const previous =
      recorded !== undefined && (await isFunctionGone(lambda, recorded)) ? undefined : recorded;
    // Reads again before each attempt. A trigger that someone else set in the meantime stays.
    const done = await replanOnChange(
      () => readPool(idp, vars.NEW_USER_POOL_ID),
      async (now) => {
        const undo = undoTrigger(now.pool.LambdaConfig?.[slot], ours, previous);
        if (undo.action !== 'write') return undo;
        await saveSnapshot({ raw: now.raw, mfa: now.mfa });
        return setTriggers(idp, now, { [slot]: undo.lambdaArn }, aws);
      },
    );
    if (tags !== undefined && previousTriggerTag[slot] in tags)
      await dropUndoRecord(lambda, ours, previousTriggerTag[slot]);
    if ('action' in done)
      return done.action === 'leave' ? { left: `it is ${done.lambdaArn}` } : 'already removed';
    const unknown = isKnown ? '' : ` (${named}, which only tags name, is not restored)`;
    const gone = recorded === previous ? unknown : ` (the earlier function ${recorded} no longer exists)`;
    const what = previous === undefined ? `removed${gone}` : `restored to ${previous}`;
    return `${what}; ${done.verified} of ${done.verified} other settings verified unchanged`;
  },
});

/** The note about defaults that AWS now shows. The update itself changed nothing. */
const shownText = (pool: string, shown: readonly Difference[]): string =>
  `AWS now shows defaults of ${pool} that it did not show before. Nothing was changed: ${shown
    .map(({ path, actual }) => `${path} ${typeof actual === 'string' ? actual : JSON.stringify(actual)}`)
    .join(', ')}`;

/** Milliseconds after its record in which a run's own update can happen. Its retries end by then. */
const resumeWithinMs = 60_000;

/** The pool as `saveSnapshot` saved it. */
function snapshotOf({ raw, mfa }: JsonObject): RawPool | undefined {
  return isJsonObject(raw) && isJsonObject(mfa) ? { raw, mfa } : undefined;
}

/** The function on the trigger if it isn't ours. A version or alias of ours counts as ours. */
function foreignTrigger(slot: Slot, { pool }: Pick<PoolSnapshot, 'pool'>, ours: string): string | undefined {
  const undo = undoTrigger(pool.LambdaConfig?.[slot], ours);
  return undo.action === 'leave' ? undo.lambdaArn : undefined;
}

/** Someone set this trigger after the plan was made. */
const appeared = (lambdaArn: string): ConflictError =>
  new ConflictError(`Somebody has just set the trigger to another function: ${lambdaArn}`, {
    code: 'FOREIGN',
    found: lambdaArn,
    hint: ['It was not changed. To replace it:  --replace-trigger  (teardown restores it)'],
  });

/** The previous trigger as the state file recorded it. Undefined if only tags name it, or nothing does. */
export function recordedTrigger(
  slot: Slot,
  before: JsonObject | undefined,
  ours: string,
): string | undefined {
  return isJsonObject(before?.raw) ? previousOf(slot, undefined, before, ours) : undefined;
}

/**
 * The trigger to restore, from the tag or the state file.
 * If both exist, the tag is newer: someone may have emptied the trigger in between.
 */
export function previousOf(
  slot: Slot,
  tag: string | undefined,
  before: JsonObject | undefined,
  ours: string,
): string | undefined {
  const recorded = tag ?? before?.previousTrigger;
  if (typeof recorded === 'string') return recorded === noPreviousTrigger ? undefined : recorded;
  const config = isJsonObject(before?.raw) ? before.raw.LambdaConfig : undefined;
  const previous = isJsonObject(config) ? config[slot] : undefined;
  if (typeof previous !== 'string') return undefined;
  // The snapshot shows our own trigger if another run was faster. Restoring that would remove nothing.
  return undoTrigger(previous, ours).action === 'leave' ? previous : undefined;
}
