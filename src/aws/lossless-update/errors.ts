import { AwsError, ConflictError } from '../../core/errors.ts';
import type { Difference } from '../../core/json.ts';
import { changeLine } from './diff.ts';

/**
 * Someone else changed the pool or client after the read that the plan is based on.
 * Nothing was written. The caller reads and plans again, as {@link replanOnChange} does.
 */
export class ConcurrentChange extends ConflictError {
  static override readonly name: string = 'ConcurrentChange';
  readonly differences: readonly Difference[];

  constructor(what: string, differences: readonly Difference[]) {
    super(`${what} was changed by somebody else a moment ago. Nothing was written.`, {
      code: 'CHANGED_MEANWHILE',
      found: differences.map(changeLine),
      hint: ['Find out what changes it (a deployment?), let it finish, and run the same command again.'],
    });
    this.differences = differences;
  }
}

/**
 * The write succeeded, but another setting differs from its earlier value.
 * The difference is shown, and never silently put back.
 */
export class SettingsDiffer extends AwsError {
  static override readonly name: string = 'SettingsDiffer';
  readonly differences: readonly Difference[];

  constructor(what: string, differences: readonly Difference[], cause?: unknown) {
    const settings = differences.length === 1 ? 'one setting is' : `${differences.length} settings are`;
    const found = differences.map(changeLine);
    const first = `${what} was updated, and ${settings} not as before or not as asked for:`;
    super([first, ...found].join('\n'), {
      code: 'SETTINGS_DIFFER',
      found,
      hint: [
        'If nobody else changed it in these seconds, restore it with: cognito-migrate teardown --restore',
        'The state file has the configuration from before the update.',
      ],
      cause,
    });
    this.differences = differences;
  }
}
