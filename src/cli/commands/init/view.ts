/** What init says at the end. */

import type { additionsOf } from '../../../core/additions.ts';
import type { ErrorCode } from '../../../core/errors.ts';
import type { Finished } from '../../../core/step-run.ts';
import { flagOf, type Inputs, trackedNames } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import type { Document } from '../../terminal/reporter.ts';
import { outcomeJson } from '../../terminal/step-outcome.ts';
import { columns, type Style } from '../../terminal/style.ts';

/** The tracked variables that have a value, in the order of their declaration. */
export const trackedOf = (vars: Inputs): readonly (readonly [string, string])[] =>
  trackedNames.flatMap((name) => (vars[name] === undefined ? [] : [[name, String(vars[name])] as const]));

const isWrite = (done: string): boolean => done === 'created' || done === 'updated' || done === 'removed';

const nextSteps = (vars: Inputs, style: Style): string =>
  [
    `  ${style.bold('Next')}`,
    '  1. Let your app sign in with USER_PASSWORD_AUTH: the trigger never fires for SRP.',
    "     Amplify v6:  signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })",
    `  2. Try one user of ${vars.OLD_USER_POOL_NAME}:  cognito-migrate try   (asks who; creates nobody)`,
    '  3. Watch it:  cognito-migrate status   (init again repairs what is missing)',
  ].join('\n');

/** Code of the result where everything is set up and no user can move: exit code 8, of init and of status. */
export const nobodyCanMoveCode = 'NOBODY_CAN_MOVE' satisfies ErrorCode;

/** The verdict where the function is never called, and the way out. */
export const unreachableText = (style: Style): string =>
  [
    `  ${style.warn} Set up, but nobody can move yet: no app client of the new pool accepts passwords.`,
    `      Add one: cognito-migrate init ${flagOf('NEW_CLIENT_IDS')} ID`,
  ].join('\n');

export interface InitEnd {
  /** Members of our things that init did not write. */
  readonly additions: ReturnType<typeof additionsOf>;
  /** No app client of the new pool takes passwords. */
  readonly isUnreachable: boolean;
}

/** The end of init: all variables, what was done, and what comes next. */
export function initDocument(
  finished: Finished<StepId>,
  file: string,
  caller: { account: string },
  { additions: added, isUnreachable }: InitEnd,
): Document {
  const { outcomes, vars } = finished;
  const things = outcomes.filter(({ done }) => done !== 'checked');
  const changes = things.filter(({ done }) => isWrite(done)).length;
  return {
    json: {
      command: 'init',
      ...(isUnreachable ? { code: nobodyCanMoveCode } : {}),
      account: caller.account,
      changes,
      checked: things.length,
      variables: Object.fromEntries(trackedOf(vars)),
      clients: vars.NEW_CLIENT_IDS,
      steps: outcomes.map(outcomeJson),
      ...(added.length === 0 ? {} : { additions: added.map(({ addition }) => addition) }),
      state: file,
    },
    text(style) {
      if (changes === 0 && isUnreachable)
        return `\n${unreachableText(style)}\n      (${things.length} checked, 0 changed)`;
      if (changes === 0 && added.length > 0) {
        return `\n  ${style.warn} Nothing to do, but ${added.length === 1 ? 'something is' : `${added.length} things are`} on it that init did not add.   (${things.length} checked, 0 changed)`;
      }
      if (changes === 0) {
        return `\n  Everything is in place. Nothing to do.   (${things.length} checked, 0 changed)`;
      }
      const ready = isUnreachable
        ? `\n${unreachableText(style)}`
        : `\n  ${style.green('Ready.')} The next user who signs in to ${vars.NEW_USER_POOL_NAME} with a ${vars.OLD_USER_POOL_NAME} password moves over.`;
      // Whoever has repaired something has read the rest before.
      const isNew = things.some(({ step, done }) => step === 'migration-trigger' && isWrite(done));
      const next = isNew ? [nextSteps(vars, style)] : [];
      const saved = `  saved in ${file}   (cognito-migrate env  prints them)`;
      return [ready, columns(trackedOf(vars)), saved, ...next].join('\n\n');
    },
  };
}
