/** The one setting of the new pool that this product changes: LambdaConfig.UserMigration. */

import { unlessMissing } from '../aws/errors.ts';
import {
  noPreviousTrigger,
  previousTriggerTag,
  readUndoRecords,
  writeUndoRecord,
} from '../aws/undo-records.ts';
import { readPool, replanOnChange, setUserMigration } from '../aws/user-pool/index.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { defineStep } from './define.ts';
import { functionArn } from './names.ts';

type Props = { readonly lambdaArn: string };

export const migrationTrigger = defineStep({
  id: 'migration-trigger',
  title: 'trigger',
  needs: ['LAMBDA_ARN', 'NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN', 'NAME'],
  uses: ['REPLACE_TRIGGER'],
  gives: [],
  alters: true,
  after: ['lambda-function', 'policy-attachments', 'invoke-permission', 'new-clients'],
  describe: ({ NEW_USER_POOL_NAME }) =>
    `${NEW_USER_POOL_NAME}: set the user-migration trigger (nothing else changes)`,
  undoing: ({ NEW_USER_POOL_NAME }) =>
    `${NEW_USER_POOL_NAME}: take the user-migration trigger out (nothing else changes)`,

  desired: ({ vars }): Props => ({ lambdaArn: vars.LAMBDA_ARN }),

  async read({ aws, vars }) {
    const found = await unlessMissing(
      readPool(aws.new.idp, vars.NEW_USER_POOL_ID),
      'ResourceNotFoundException',
    );
    const lambdaArn = found?.pool.LambdaConfig?.UserMigration;
    if (lambdaArn === undefined) return undefined;
    const isOurs = lambdaArn === functionArn(vars) || vars.REPLACE_TRIGGER === true;
    return { props: { lambdaArn }, outputs: {}, ours: isOurs ? 'yes' : 'no', owner: lambdaArn };
  },

  async write({ aws, vars, remember }) {
    const { idp, lambda } = aws.new;
    const { verified, repaired } = await replanOnChange(
      () => readPool(idp, vars.NEW_USER_POOL_ID),
      async (before) => {
        await remember({ raw: before.raw, mfa: before.mfa });
        const replaced = before.pool.LambdaConfig?.UserMigration;
        if (replaced !== vars.LAMBDA_ARN) await recordPrevious(lambda, vars.LAMBDA_ARN, replaced);
        return setUserMigration(idp, before, vars.LAMBDA_ARN, { sleep: (ms) => aws.clock.sleep(ms) });
      },
    );
    const mended = repaired.length === 0 ? '' : `; put back after the update: ${repaired.join(', ')}`;
    return {
      outputs: {},
      detail: `attached; ${verified} of ${verified} other settings verified unchanged${mended}`,
    };
  },

  async remove({ aws, live, before, vars }) {
    const { idp, lambda } = aws.new;
    // --replace-trigger makes a foreign trigger fair game for init, never for teardown.
    if (live.props.lambdaArn !== functionArn(vars)) return `left: it is ${live.props.lambdaArn}`;
    const tags = await readUndoRecords(lambda, functionArn(vars));
    const previous = previousOf(tags[previousTriggerTag], before);
    const { verified } = await replanOnChange(
      () => readPool(idp, vars.NEW_USER_POOL_ID),
      (now) => setUserMigration(idp, now, previous, { sleep: (ms) => aws.clock.sleep(ms) }),
    );
    const what = previous === undefined ? 'taken out' : `put back to ${previous}`;
    return `${what}; ${verified} of ${verified} other settings verified unchanged`;
  },
});

/** The tag is newer than the state file's image where both exist: somebody may have emptied the trigger in between. */
function previousOf(tag: string | undefined, before: JsonObject | undefined): string | undefined {
  if (tag !== undefined) return tag === noPreviousTrigger ? undefined : tag;
  const config = isJsonObject(before?.raw) ? before.raw.LambdaConfig : undefined;
  const previous = isJsonObject(config) ? config.UserMigration : undefined;
  return typeof previous === 'string' ? previous : undefined;
}

/** Writes a record where there is something to say: a trigger that is replaced, or that none is any more. */
async function recordPrevious(
  lambda: Parameters<typeof readUndoRecords>[0],
  arn: string,
  replaced: string | undefined,
): Promise<void> {
  const last = replaced === undefined ? (await readUndoRecords(lambda, arn))[previousTriggerTag] : undefined;
  if (replaced === undefined && last === undefined) return;
  await writeUndoRecord(lambda, arn, { [previousTriggerTag]: replaced ?? noPreviousTrigger });
}
