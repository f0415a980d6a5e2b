/** An engine that imitates AWS may answer with an ARN that the state file's own reader refuses. */
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { cognitoKind } from '../../src/sandbox/services/cognito/state.ts';
import { account, region } from '../fault-injection/scene.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { scene } from './support.ts';

test.each(['old', 'new'] as const)('of the %s pool: refused before anything is written', async (side) => {
  const aws = await scene();
  const id = side === 'old' ? aws.oldPool : aws.newPool;
  const pool = given(aws.sandbox.world.state(cognitoKind, account, region).pools.get(id));
  const odd = `arn:aws:cognito-idp:${region}:local:userpool/${id}`;
  Object.assign(pool, { arn: odd });
  const ended = await runCli(aws.init, aws.io);
  expect(ended.code).toBe(exitCodes.aws.code);
  expect(ended.stderr).toContain(odd);
  expect(ended.stderr).toContain('Nothing was changed.');
  expect(aws.sandbox.journal.writes()).toEqual([]);
  expect(await readdir(aws.folder)).toEqual([]);
});
