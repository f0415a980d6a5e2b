import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from 'vitest';
import { oldPoolTag, poolTag } from '../../src/aws/ownership.ts';
import { given, refusalOf } from '../support/errors.ts';
import { writesOf } from '../support/local-aws.ts';
import { type Migration, startMigration } from './support.ts';

const groupName = ({ inputs }: Migration): string => `/aws/lambda/${inputs.NAME}`;

async function group(migration: Migration) {
  const { logs } = migration.sdk;
  const { logGroups } = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: groupName(migration) }),
  );
  const found = given(logGroups?.[0], 'log group');
  const arn = `arn:aws:logs:eu-west-1:111122223333:log-group:${groupName(migration)}`;
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
  return { ...found, tags, arn };
}

describe('the log group', () => {
  test('keeps its events for 30 days and carries our tags', async () => {
    const migration = await startMigration();
    await migration.apply();
    expect(await group(migration)).toMatchObject({
      retentionInDays: 30,
      tags: { [poolTag]: migration.newPool, [oldPoolTag]: migration.oldPool },
    });
  });

  test('follows --log-retention, and is repaired when somebody changed it', async () => {
    const migration = await startMigration({ inputs: { LOG_RETENTION: 7 } });
    const { logs } = migration.sdk;
    await migration.apply();
    expect((await group(migration)).retentionInDays).toBe(7);
    await logs.send(
      new PutRetentionPolicyCommand({ logGroupName: groupName(migration), retentionInDays: 365 }),
    );
    expect(await migration.repair()).toEqual(['logs:PutRetentionPolicy']);
    await logs.send(
      new UntagResourceCommand({ resourceArn: (await group(migration)).arn, tagKeys: [oldPoolTag] }),
    );
    await logs.send(
      new UntagResourceCommand({ resourceArn: (await group(migration)).arn, tagKeys: [poolTag] }),
    );
    expect(await migration.repair()).toEqual(['logs:TagResource']);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: groupName(migration) }));
    expect(await migration.repair()).toEqual(['logs:CreateLogGroup', 'logs:PutRetentionPolicy']);
    expect(await migration.repair()).toEqual([]);
  });

  test('that Lambda made without tags, under the default name, is taken as ours', async () => {
    const migration = await startMigration();
    await migration.sdk.logs.send(new CreateLogGroupCommand({ logGroupName: groupName(migration) }));
    await migration.apply();
    expect(await group(migration)).toMatchObject({
      retentionInDays: 30,
      tags: { [poolTag]: migration.newPool },
    });
  });

  test('of somebody else under a chosen name is refused', async () => {
    const migration = await startMigration({ inputs: { NAME: 'shared' } });
    await migration.sdk.logs.send(new CreateLogGroupCommand({ logGroupName: groupName(migration) }));
    expect(await refusalOf(migration.apply())).toMatchObject({ code: 'FOREIGN', exitCode: 4 });
    expect(writesOf(migration.sandbox)).not.toContain('logs:PutRetentionPolicy');
    expect(writesOf(migration.sandbox)).not.toContain('lambda:CreateFunction');
  });

  test('with a longer name that begins like ours is another', async () => {
    const migration = await startMigration();
    await migration.sdk.logs.send(new CreateLogGroupCommand({ logGroupName: `${groupName(migration)}-2` }));
    await migration.apply();
    await migration.destroy();
    const { logGroups } = await migration.sdk.logs.send(new DescribeLogGroupsCommand({}));
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([`${groupName(migration)}-2`]);
  });
});
