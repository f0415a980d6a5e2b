/** COGNITO_MIGRATE_DRY_RUN in the environment is meant for every command, whether it has such a flag or not. */

import type { Command } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { envOf } from '../../core/variables/index.ts';
import type { Io } from '../terminal/io.ts';
import { flagsOf } from './options.ts';
import { resolve } from './resolve.ts';

/**
 * For what changes something in AWS and cannot be shown beforehand. Throws UsageError where nothing is to be changed.
 * @param what begins the sentence: "self-test makes pools of its own".
 */
export function assertNotDry(
  { io, command }: { readonly io: Pick<Io, 'env'>; readonly command: Command },
  what: string,
  ...hint: readonly string[]
): void {
  const { values } = resolve(['DRY_RUN'], { flags: flagsOf(command), env: io.env });
  if (!values.DRY_RUN) return;
  throw new UsageError(`${what}, and ${envOf('DRY_RUN')} says that nothing is to be changed`, {
    code: 'NO_DRY_RUN',
    hint: [...hint, `Unset ${envOf('DRY_RUN')}, or set it to 0, for this command.`],
  });
}
