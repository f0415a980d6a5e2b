/** Password sign-in for app clients of the new pool. Only this flow fires the trigger. */

import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws/clients.ts';
import { appClientUrl } from '../aws/console-url.ts';
import { undefinedIfDenied, undefinedIfNotFound } from '../aws/errors.ts';
import { type FlowRecord, fitsUnpacked, packedRecords, recordIn } from '../aws/function/flow-records.ts';
import {
  dropUndoRecord,
  flowTag,
  laterTags,
  previousTriggerTag,
  readUndoRecords,
  writeUndoRecord,
} from '../aws/function/undo-tags.ts';
import { oldPoolTag, poolTag, type TagMap } from '../aws/ownership.ts';
import { undoTrigger } from '../aws/user-pool/index.ts';
import {
  brokenClient,
  flowRecord,
  passwordFlow,
  readClient,
  replanOnChange,
  setPasswordFlow,
} from '../aws/user-pool-client/index.ts';
import { limits } from '../core/effects.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { poolTasks } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { unqualified } from './chain.ts';
import { defineStep } from './define-step.ts';
import { functionArn } from './names.ts';

type Props = { readonly passwordFlow: true };

const asRecord = (value: Json | undefined): FlowRecord | undefined =>
  value === 'added' || value === 'was-empty' || value === 'legacy' ? value : undefined;

/** The function whose tags hold the records. `tags` are those just read, if not the run's own. */
interface Keeper {
  readonly lambda: Aws['new']['lambda'];
  readonly arn: string;
  readonly vars: Pick<Vars, 'UNDO_RECORDS' | 'NEW_CLIENT_NAMES'> & Partial<Pick<Vars, 'TAGS'>>;
  readonly tags?: TagMap;
}

/**
 * Writes the record of an app client, or removes it.
 * One tag for each client, as in version 1.0.0, unless Lambda's limit requires few tags for many clients.
 */
async function writeRecord(
  { lambda, arn, vars, tags = vars.UNDO_RECORDS }: Keeper,
  key: string,
  record: FlowRecord | undefined,
): Promise<void> {
  const others = [
    ...[poolTag, oldPoolTag, previousTriggerTag, ...laterTags],
    ...Object.keys(vars.TAGS ?? {}),
  ];
  if (!fitsUnpacked(tags, others, Object.keys(vars.NEW_CLIENT_NAMES)))
    await packedRecords(lambda, arn).put(key, record);
  else if (record === undefined) await dropUndoRecord(lambda, arn, flowTag(key));
  else await writeUndoRecord(lambda, arn, { [flowTag(key)]: record });
}

/** Our change to an app client, from the function's tags or the state file. Undefined if we made none. */
export const flowRecordOf = (
  tags: TagMap,
  before: JsonObject | undefined,
  key: string,
): FlowRecord | undefined => recordIn(tags, key) ?? asRecord(before?.record);

/** Forgets an app client whose password flow is off again. Its record would bring it back into the next run. */
export async function forgetClient(
  { new: { lambda } }: Pick<Aws, 'new'>,
  vars: Parameters<typeof functionArn>[0] & Keeper['vars'],
  key: string,
): Promise<void> {
  const arn = functionArn(vars);
  const tags = await readUndoRecords(lambda, arn);
  if (tags !== undefined && recordIn(tags, key) !== undefined)
    await writeRecord({ lambda, arn, vars, tags }, key, undefined);
}

export const newClients = defineStep({
  id: 'new-clients',
  title: 'app client',
  effects: {
    missing: limits('Nobody moves through this app client.'),
    drifted: limits('Users may not move through this app client.'),
    foreign: limits('Users may not move through this app client.'),
  },
  consoleUrl: ({ NEW_USER_POOL_ARN }, key) => appClientUrl(NEW_USER_POOL_ARN, key),
  requires: [
    'LAMBDA_ARN',
    'NEW_USER_POOL_ID',
    'NEW_USER_POOL_ARN',
    'NEW_CLIENT_NAMES',
    'NAME',
    'UNDO_RECORDS',
  ],
  optional: ['TAGS', 'CHAIN_LINKS'],
  outputs: [],
  parent: 'lambda-function',
  kind: 'modify',
  // Like the trigger, the role of imports stays while AWS refuses changes of the pool because of an import.
  after: ['lambda-function', 'policy-attachments', 'invoke-permission', 'import-role'],
  keys: ({ NEW_CLIENT_IDS }) => NEW_CLIENT_IDS,
  label: ({ NEW_CLIENT_NAMES }, clientId) => NEW_CLIENT_NAMES[clientId] ?? clientId,
  iac: 'none',
  cleanup: 'none',
  permissions: [
    {
      sid: 'AddThePasswordFlowToAppClients',
      actions: {
        'cognito-idp:ListUserPoolClients': ['init', 'watch', 'sign-ins', 'sync'],
        'cognito-idp:DescribeUserPoolClient': poolTasks,
        'cognito-idp:UpdateUserPoolClient': ['init', 'finish'],
      },
      resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
    },
  ],
  describe: ({ NEW_USER_POOL_NAME, NEW_CLIENT_NAMES }, clientId) =>
    `${NEW_CLIENT_NAMES[clientId] ?? clientId} in ${NEW_USER_POOL_NAME}: add password sign-in (nothing else changes)`,
  describeUnchanged: ({ NEW_USER_POOL_NAME, NEW_CLIENT_NAMES }, clientId) =>
    `${NEW_CLIENT_NAMES[clientId] ?? clientId} in ${NEW_USER_POOL_NAME} accepts passwords`,
  describeRemoval: ({ NEW_USER_POOL_NAME, NEW_CLIENT_NAMES }, clientId) =>
    `${NEW_CLIENT_NAMES[clientId] ?? clientId} in ${NEW_USER_POOL_NAME}: remove password sign-in again`,

  desired: (): Props => ({ passwordFlow: true }),

  async read({ aws, vars, key }) {
    const found = await undefinedIfNotFound(
      readClient(aws.new.idp, vars.NEW_USER_POOL_ID, key, Object.keys(vars.NEW_CLIENT_NAMES).length),
      'ResourceNotFoundException',
    );
    if (found === undefined || !passwordFlow(found.client).enabled) return undefined;
    const record = recordIn(vars.UNDO_RECORDS, key);
    const before = record === undefined ? {} : { before: { record } };
    return { props: { passwordFlow: true }, outputs: {}, ownership: 'ours', ...before };
  },

  async rewriteUndoTag({ aws, before, vars, key }) {
    const record = asRecord(before.record);
    if (record === undefined) return;
    await writeRecord({ lambda: aws.new.lambda, arn: vars.LAMBDA_ARN, vars }, key, record);
  },

  readFresh: ({ aws, vars, key }) =>
    readClient(aws.new.idp, vars.NEW_USER_POOL_ID, key, Object.keys(vars.NEW_CLIENT_NAMES).length),

  async write({ aws, vars, key, readFresh, saveSnapshot }) {
    const { idp, lambda } = aws.new;
    const { verified } = await replanOnChange(readFresh, async (before) => {
      // Someone else added the flow first, so it is not ours to undo.
      if (passwordFlow(before.client).enabled) return setPasswordFlow(idp, before, 'add', aws);
      const record = flowRecord(passwordFlow(before.client).family);
      await saveSnapshot({ record, raw: before.raw });
      return setPasswordFlow(idp, before, 'add', {
        clock: aws.clock,
        signal: aws.signal,
        meanwhile: () => writeRecord({ lambda, arn: vars.LAMBDA_ARN, vars }, key, record),
      });
    }).catch(async (error: unknown) => {
      const others = Object.keys(vars.NEW_CLIENT_NAMES).filter((id) => id !== key);
      const refusal = brokenClient(error, key, others);
      // A client that did not get the flow must not keep an undo record. The record would bring it back into
      // the next run, which excludes it.
      if (refusal !== error && recordIn(vars.UNDO_RECORDS, key) === undefined)
        await writeRecord({ lambda, arn: vars.LAMBDA_ARN, vars }, key, undefined).catch(() => undefined); // the update's own error counts
      throw refusal;
    });
    return {
      outputs: {},
      detail: `${vars.NEW_CLIENT_NAMES[key] ?? key} accepts passwords now; ${verified} of ${verified} other settings verified unchanged`,
    };
  },

  async remove({ aws, before, vars, key }) {
    const { idp, lambda } = aws.new;
    const tags = await readUndoRecords(lambda, functionArn(vars));
    const record = flowRecordOf(tags ?? {}, before, key);
    const name = vars.NEW_CLIENT_NAMES[key] ?? key;
    if (record === undefined && tags === undefined)
      return { left: `${name}: it is unknown whether it had the flow before` };
    if (record === undefined) return { left: `${name} had the flow before` };
    const drop = async () => {
      if (tags !== undefined && recordIn(tags, key) !== undefined)
        await writeRecord({ lambda, arn: functionArn(vars), vars, tags }, key, undefined);
    };
    const next = await nextMigration(aws.new, vars, functionArn(vars));
    if (next !== undefined) {
      // The next migration found this flow in place, and its users now sign in with it. It receives our undo
      // record.
      const isKnown = recordIn(next.records, key) !== undefined;
      const to = { lambda, arn: next.arn, vars, tags: next.records };
      const handOver = () => writeRecord(to, key, record).then(() => true);
      const isTold = isKnown || (await undefinedIfDenied(handOver())) === true;
      await drop();
      const after = isTold
        ? 'whose teardown removes it'
        : "but its function can't record it. Remove it after that migration";
      return { left: `${name} keeps it for the migration that now has the trigger, ${after}` };
    }
    const undo = replanOnChange(
      () => readClient(idp, vars.NEW_USER_POOL_ID, key, Object.keys(vars.NEW_CLIENT_NAMES).length),
      (now) => setPasswordFlow(idp, now, { undo: record }, aws),
    );
    const done = await undefinedIfNotFound(undo, 'ResourceNotFoundException');
    await drop();
    if (done === undefined) return `${name} no longer exists`;
    return passwordFlow(done.after.client).enabled
      ? { left: `${name} keeps its only flow. Without it, Cognito would turn on three others` }
      : `${name} is restored; ${done.verified} other settings verified unchanged`;
  },
});

/**
 * The function and records of another migration into the same new pool that has replaced our trigger.
 * Undefined if the trigger is ours, empty, or set to anything else.
 */
async function nextMigration(
  { idp, lambda }: { readonly idp: CognitoIdentityProviderClient; readonly lambda: LambdaClient },
  {
    NEW_USER_POOL_ID: UserPoolId,
    CHAIN_LINKS,
  }: Pick<Vars, 'NEW_USER_POOL_ID'> & Partial<Pick<Vars, 'CHAIN_LINKS'>>,
  ours: string,
): Promise<{ readonly arn: string; readonly records: TagMap } | undefined> {
  const answer = idp.send(new DescribeUserPoolCommand({ UserPoolId }));
  const found = await undefinedIfNotFound(answer, 'ResourceNotFoundException');
  const undo = undoTrigger(found?.UserPool?.LambdaConfig?.UserMigration, ours);
  if (undo.action !== 'leave') return undefined;
  // A function of a chain is another migration's for certain, and its users need the flow.
  const isMember = CHAIN_LINKS?.others.includes(unqualified(undo.lambdaArn)) === true;
  const reading = readUndoRecords(lambda, undo.lambdaArn);
  const records = isMember ? await reading : await undefinedIfDenied(reading);
  return records?.[poolTag] === UserPoolId ? { arn: undo.lambdaArn, records } : undefined;
}
