/**
 * The only setting of the new pool that this product changes: the triggers of LambdaConfig.
 * Each slot has its own key, state record, and undo tag. One UpdateUserPool can change several slots.
 */
import type { Aws } from '../aws/clients.ts';
import { userPoolUrl } from '../aws/console-url.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { isFunctionGone } from '../aws/function/gone.ts';
import {
  coveredTags,
  dropUndoRecord,
  noPreviousTrigger,
  previousTriggerTag,
  readUndoRecords,
  writeUndoRecord,
} from '../aws/function/undo-tags.ts';
import {
  finishTriggers,
  type RawPool,
  readPool,
  replanOnChange,
  setTriggers,
  undoTrigger,
} from '../aws/user-pool/index.ts';
import { limits, stops } from '../core/effects.ts';
import { type Difference, isJsonObject, type JsonObject } from '../core/json.ts';
import { poolTasks } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { chainPermissions, isReachedFrom, leaveChain, nextOf, triggerLines } from './chain-links.ts';
import { defineStep } from './define-step.ts';
import { worksAfterMove } from './group-plan.ts';
import { functionArn } from './names.ts';
import {
  appeared,
  chosenSlots,
  foreignTrigger,
  functionIn,
  isMigration,
  previousOf,
  recordedTrigger,
  slotKeys,
  slotOf,
  textOf,
  triggersFor,
} from './trigger-slots.ts';

type Props = { readonly lambdaArn: string };

const readPoolAndTags = (aws: Aws, vars: Pick<Vars, 'NEW_USER_POOL_ID' | 'LAMBDA_ARN'>) =>
  Promise.all([
    readPool(aws.new.idp, vars.NEW_USER_POOL_ID),
    readUndoRecords(aws.new.lambda, vars.LAMBDA_ARN),
  ]);

export const migrationTrigger = defineStep({
  id: 'migration-trigger',
  title: 'trigger',
  effects: {
    missing: stops('the new pool does not call the function'),
    drifted: limits('The new pool calls another version of the function.'),
    foreign: stops('the trigger calls another function'),
  },
  keyEffects: {
    [slotKeys.PreSignUp]: {
      missing: limits('Anyone can sign up with the name of a user who has not moved.'),
      drifted: limits('Sign-ups call another version of the function.'),
      foreign: limits('Another function decides about sign-ups, so names of the old pool are not protected.'),
    },
    [slotKeys.PreTokenGeneration]: {
      missing: limits('The first token of a user who moves has no groups.'),
      drifted: limits('Tokens are made by another version of the function.'),
      foreign: limits(
        'Another function changes tokens, so the first token of a user who moves has no groups.',
      ),
    },
  },
  inOrder: true,
  consoleUrl: ({ NEW_USER_POOL_ARN }) => userPoolUrl(NEW_USER_POOL_ARN),
  requires: [
    'LAMBDA_ARN',
    'NEW_USER_POOL_ID',
    'NEW_USER_POOL_ARN',
    'NEW_USER_POOL_NAME',
    'NAME',
    'UNDO_RECORDS',
  ],
  optional: [
    'REPLACE_TRIGGER',
    'RESTORE_TRIGGER',
    'GUARD_SIGN_UP',
    'GROUPS_IN_FIRST_TOKEN',
    'GROUP_PLAN',
    'HELD_SLOTS',
    'MOVE_ONCE',
    'CHAIN_LINKS',
  ],
  outputs: [],
  parent: 'lambda-function',
  kind: 'modify',
  after: ['lambda-function', 'async-retries', 'policy-attachments', 'invoke-permission', 'new-clients'],
  keys: (inputs) => chosenSlots(inputs).map((slot) => slotKeys[slot]),
  earlierKeys: ({ HELD_SLOTS = [] }) => HELD_SLOTS.map((slot) => slotKeys[slot]),
  label: (_, key) => key,
  iac: 'none',
  cleanup: 'none',
  permissions: [
    {
      sid: 'SetTheTriggerAndNothingElse',
      actions: {
        'cognito-idp:DescribeUserPool': poolTasks,
        'cognito-idp:GetUserPoolMfaConfig': poolTasks,
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
    ...chainPermissions,
  ],
  describe: (inputs, key) => textOf(slotOf(key), 'set', inputs.NEW_USER_POOL_NAME, triggerLines(inputs)),
  describeUnchanged: (inputs, key) =>
    textOf(slotOf(key), 'kept', inputs.NEW_USER_POOL_NAME, triggerLines(inputs)),
  describeRemoval: (inputs, key) =>
    textOf(slotOf(key), 'removed', inputs.NEW_USER_POOL_NAME, triggerLines(inputs)),

  desired: ({ vars }): Props => ({ lambdaArn: vars.LAMBDA_ARN }),

  means: () => 'Cognito sends the names and passwords of users who have not moved to that function.',

  async read({ aws, vars, key }) {
    const slot = slotOf(key);
    const found = await undefinedIfNotFound(
      readPool(aws.new.idp, vars.NEW_USER_POOL_ID),
      'ResourceNotFoundException',
    );
    const lambdaArn = functionIn(slot, found?.pool.LambdaConfig);
    if (found === undefined || lambdaArn === undefined) return undefined;
    const isForeign = foreignTrigger(slot, found.pool.LambdaConfig, functionArn(vars)) !== undefined;
    const isOurs = !isForeign || (isMigration(slot) && vars.REPLACE_TRIGGER === true);
    const previousTrigger = isMigration(slot) ? vars.UNDO_RECORDS[previousTriggerTag] : undefined;
    const before = previousTrigger === undefined ? {} : { before: { previousTrigger } };
    // It reaches ours by the functions of other migrations, so the trigger is right.
    const isReached = isMigration(slot) && isReachedFrom(lambdaArn, vars);
    return {
      props: { lambdaArn: isReached ? functionArn(vars) : lambdaArn },
      outputs: {},
      ownership: isOurs || isReached ? 'ours' : 'foreign',
      owner: lambdaArn,
      ...before,
    };
  },

  async rewriteUndoTag({ aws, before, vars, key }) {
    if (!isMigration(slotOf(key))) return;
    const previous = previousOf(undefined, before, vars.LAMBDA_ARN);
    const tags = {
      ...(previous === undefined ? {} : { [previousTriggerTag]: previous }),
      ...(worksAfterMove(vars) ? coveredTags(aws.clock.now()) : {}),
    };
    if (Object.keys(tags).length > 0) await writeUndoRecord(aws.new.lambda, vars.LAMBDA_ARN, tags);
  },

  readFresh: ({ aws, vars }) => readPoolAndTags(aws, vars),

  async write({ aws, vars, key, readFresh, saveSnapshot }) {
    const slot = slotOf(key);
    const { idp, lambda } = aws.new;
    // An earlier key may have changed this slot in its own update, just now.
    const read = isMigration(slot) ? readFresh : () => readPoolAndTags(aws, vars);
    const { verified, repaired, shown } = await replanOnChange(read, async ([before, tags]) => {
      const config = before.pool.LambdaConfig;
      const replaced = foreignTrigger(slot, config, vars.LAMBDA_ARN);
      const isReplaceable = isMigration(slot) && vars.REPLACE_TRIGGER === true;
      if (replaced !== undefined && !isReplaceable) throw appeared(replaced, slot);
      const wasEmpty = functionIn(slot, config) === undefined;
      // If someone has emptied the trigger since it was replaced, there is nothing to restore.
      const isRecorded = isMigration(slot) && tags !== undefined && previousTriggerTag in tags;
      const record = replaced ?? (wasEmpty && isRecorded ? noPreviousTrigger : undefined);
      // Also saved in the state file, because a recreated function has new tags.
      const since = record === undefined ? undefined : { previousTrigger: record };
      await saveSnapshot({ raw: before.raw, mfa: before.mfa }, since);
      return setTriggers(idp, before, triggersFor(slot, config, vars), {
        clock: aws.clock,
        signal: aws.signal,
        meanwhile: async () => {
          if (record !== undefined)
            await writeUndoRecord(lambda, vars.LAMBDA_ARN, { [previousTriggerTag]: record });
        },
      });
    });
    const mended = repaired.length === 0 ? '' : `; restored after the update: ${repaired.join(', ')}`;
    return {
      outputs: {},
      detail: `set; ${verified} of ${verified} other settings verified unchanged${mended}`,
      notes: shown.length === 0 ? [] : [shownText(vars.NEW_USER_POOL_NAME, shown)],
    };
  },

  async resume({ aws, latest, at, vars, key }) {
    const snapshot = snapshotOf(latest);
    if (snapshot === undefined) return undefined;
    const find = readPool(aws.new.idp, vars.NEW_USER_POOL_ID);
    const now = await undefinedIfNotFound(find, 'ResourceNotFoundException');
    // A later change is someone else's. Their settings must not be compared with an old snapshot.
    if (now === undefined || Number(now.pool.LastModifiedDate) > at + resumeWithinMs) return undefined;
    const { repaired } = await finishTriggers(
      aws.new.idp,
      snapshot,
      // One update can have changed all slots.
      Object.fromEntries(
        [slotOf(key), ...chosenSlots(vars)].map((slot) => [slot, functionIn(slot, now.pool.LambdaConfig)]),
      ),
      aws,
    );
    return repaired.length === 0 ? undefined : `restored after the last run's update: ${repaired.join(', ')}`;
  },

  async remove({ aws, before, vars, key, saveSnapshot }) {
    const slot = slotOf(key);
    const { idp, lambda } = aws.new;
    const ours = functionArn(vars);
    const tags = await readUndoRecords(lambda, ours);
    const named = isMigration(slot) ? previousOf(tags?.[previousTriggerTag], before, ours) : undefined;
    // Anyone who can tag the function could name another one. The state file or the operator must confirm it.
    const known = [nextOf(vars), recordedTrigger(before, ours), vars.RESTORE_TRIGGER];
    const isKnown = known.includes(named); // our function asks the next one of its chain anyway
    const left = isMigration(slot) ? await leaveChain(aws, vars, named) : undefined;
    if (left !== undefined) return left;
    const recorded = isKnown ? named : undefined;
    const previous =
      recorded !== undefined && (await isFunctionGone(lambda, recorded)) ? undefined : recorded;
    // Reads again before each attempt. A trigger that someone else set in the meantime stays.
    const done = await replanOnChange(
      () => readPool(idp, vars.NEW_USER_POOL_ID),
      async (now) => {
        const undo = undoTrigger(functionIn(slot, now.pool.LambdaConfig), ours, previous);
        if (undo.action !== 'write') return undo;
        await saveSnapshot({ raw: now.raw, mfa: now.mfa });
        return setTriggers(idp, now, { [slot]: undo.lambdaArn }, aws);
      },
    );
    if (isMigration(slot) && tags !== undefined && previousTriggerTag in tags)
      await dropUndoRecord(lambda, ours, previousTriggerTag);
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
