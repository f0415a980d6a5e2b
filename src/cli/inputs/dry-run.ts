/** COGNITO_MIGRATE_DRY_RUN in the environment applies to every command, even without such a flag. */

import type { Command } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { envOf } from '../../core/variables/index.ts';
import type { Io } from '../terminal/io.ts';
import { flagsOf } from './options.ts';
import { resolve } from './resolve.ts';

/**
 * For commands that change AWS and cannot show a plan first.
 * Throws UsageError if dry run is on.
 * @param what the start of the sentence: "self-test makes pools of its own".
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
