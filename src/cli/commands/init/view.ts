/** The final output of init. */

import { isClosed, type WayToMove } from '../../../aws/user-pool-client/index.ts';
import { additionsOf } from '../../../core/additions.ts';
import type { ErrorCode, ExitKind } from '../../../core/errors.ts';
import type { Event } from '../../../core/events.ts';
import type { Finished } from '../../../core/step-run.ts';
import { flagOf, type Inputs, trackedNames } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import type { PlannedMigration } from '../../migration/read-migration.ts';
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

/** The result code if everything is set up but no user can move. init and status exit with 8. */
export const nobodyCanMoveCode = 'NOBODY_CAN_MOVE' satisfies ErrorCode;

/** The verdict if Cognito never calls the function, and its fix. */
export const unreachableText = (style: Style): string =>
  [
    `  ${style.warn} Set up, but nobody can move by signing in yet: no app client of the new pool accepts passwords.`,
    `      Add one: cognito-migrate init ${flagOf('NEW_CLIENT_IDS')} ID`,
  ].join('\n');

/** The note of init and status if only ForgotPassword moves users. */
export const resetOnlyNote = {
  type: 'note',
  level: 'warning',
  id: 'CM202',
  message: `No app client of the new pool accepts passwords, so users move only when they ask for a new password, and never with their old one. ${flagOf('NEW_CLIENT_IDS')} ID lets them move when they sign in.`,
} as const satisfies Event;

/** The headline after changes. Green only if the next sign-in moves a user. */
function headline(way: WayToMove | undefined, additions: number, vars: Inputs, style: Style): string {
  if (isClosed(way)) return unreachableText(style);
  const added = additions === 0 ? [] : [addedText(additions)];
  const moves = 'it is unknown whether any app client of the new pool accepts passwords';
  const doubts = way === 'sign-in' ? added : [moves, ...added];
  return doubts.length > 0
    ? doubts.map((doubt) => `  ${style.warn} Set up, but ${doubt}.`).join('\n')
    : `  ${style.green('Ready.')} The next user who signs in to ${vars.NEW_USER_POOL_NAME} with a ${vars.OLD_USER_POOL_NAME} password moves over.`;
}

const addedText = (count: number): string =>
  `${count === 1 ? 'something is' : `${count} things are`} on it that init did not add`;

/** A migration that init worked on. */
interface Ended extends PlannedMigration {
  /** How users move. Undefined if unknown. */
  readonly way: WayToMove | undefined;
}

/** The exit code is 8 if nobody can move. `--accept CM202` gives 0 even then. */
export const exitKindOf = ({ way, inputs }: Ended): ExitKind =>
  isClosed(way) && !inputs.ACCEPT.includes('CM202') ? 'refused' : 'ok';

/** The result of init: all variables, the changes, and the next steps. */
export function initDocument(migration: Ended, finished: Finished<StepId>): Document {
  const { planned, way, file, caller } = migration;
  // Members of our resources that init did not write.
  const added = additionsOf(planned.items);
  const isUnreachable = isClosed(way);
  const { outcomes, vars } = finished;
  const things = outcomes.filter(({ done }) => done !== 'checked');
  const changes = things.filter(({ done }) => isWrite(done)).length;
  return {
    json: {
      ok: exitKindOf(migration) === 'ok',
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
        return `\n  ${style.warn} Nothing to do, but ${addedText(added.length)}.   (${things.length} checked, 0 changed)`;
      }
      if (changes === 0) {
        return `\n  Everything is in place. Nothing to do.   (${things.length} checked, 0 changed)`;
      }
      const ready = `\n${headline(way, added.length, vars, style)}`;
      // After a repair, the operator has already read the next steps.
      const isNew = things.some(({ step, done }) => step === 'migration-trigger' && isWrite(done));
      const next = isNew ? [nextSteps(vars, style)] : [];
      const saved = `  saved in ${file}   (cognito-migrate env  prints them)`;
      return [ready, columns(trackedOf(vars)), saved, ...next].join('\n\n');
    },
  };
}
