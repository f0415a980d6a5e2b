/** The old account's half, made there with the AWS CLI by the script of `handoff`. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { keysOf } from '../../src/sandbox/index.ts';
import { given } from '../support/errors.ts';
import type { Scene } from './scene.ts';

/**
 * Runs the script.
 * @returns the flags with which `init` is told of the half.
 */
export async function makeOldHalf({ folder, oldSide, sandbox }: Scene): Promise<string[]> {
  const { stdout } = await promisify(execFile)('sh', [`${folder}/handoff/make.sh`], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_ACCESS_KEY_ID: keysOf(oldSide.account).accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  const found = /^OldRoleArn +(\S+)\nOldExternalId +(\S+)\nOldClientId +(\S+)\n$/.exec(stdout);
  const [, role, id, client] = given(found ?? undefined, `output of make.sh:\n${stdout}`);
  return ['--old-role-arn', given(role), '--old-external-id', given(id), '--old-client-id', given(client)];
}
