/** The old account's half, made there with the AWS CLI by the script of `handoff`. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { keysOf } from '../../src/sandbox/index.ts';
import { given } from '../support/errors.ts';
import type { UpgradeAws } from './scene.ts';

/**
 * Runs the script.
 * @returns the flags with which `init` is told of the half.
 */
export async function makeOldHalf({ folder, oldSide, sandbox }: UpgradeAws): Promise<string[]> {
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
  return initFlags(stdout);
}

/** Outputs of every version; later ones print more. */
const required = ['OldRoleArn', 'OldExternalId', 'OldClientId'];

/**
 * The flags of `init` that take what the script printed.
 * @param text a name and a value in each line. The flag of OldRoleArn is --old-role-arn.
 */
export function initFlags(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  const outputs = lines.map((line) => {
    const [, name, value] = given(/^([A-Z]\w+) +(\S+)$/.exec(line) ?? undefined, `output in "${line}"`);
    return [given(name), given(value)] as const;
  });
  for (const name of required)
    given(
      outputs.find(([one]) => one === name),
      `${name} in:\n${text}`,
    );
  return outputs.flatMap(([name, value]) => [
    `-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value,
  ]);
}
