/** The final output of init. */

import { isClosed, type WayToMove } from '../../../aws/user-pool-client/index.ts';
import { additionsOf } from '../../../core/additions.ts';
import type { ErrorCode, ExitKind } from '../../../core/errors.ts';
import type { Event } from '../../../core/events.ts';
import type { Finished } from '../../../core/step-run.ts';
import { flagOf, type Inputs, trackedNames, type VarName } from '../../../core/variables/index.ts';
import type { Movers } from '../../../doctor/index.ts';
import { consoleUrlsOf } from '../../../steps/console-links.ts';
import type { StepId } from '../../../steps/ids.ts';
import type { PlannedMigration } from '../../migration/read-migration.ts';
import type { Document } from '../../terminal/reporter.ts';
import { outcomeJson } from '../../terminal/step-outcome.ts';
import type { Style } from '../../terminal/style.ts';

/** The tracked variables that have a value, in the order of their declaration. */
export const trackedOf = (vars: Inputs): readonly (readonly [string, string])[] =>
  trackedNames.flatMap((name) => (vars[name] === undefined ? [] : [[name, String(vars[name])] as const]));

const isWrite = (done: string): boolean => done === 'created' || done === 'updated' || done === 'removed';

const nextSteps = (vars: Inputs, style: Style): string =>
  [
    `  ${style.bold('Next')}`,
    '  1. Switch your app to USER_PASSWORD_AUTH. With SRP (Secure Remote Password), the default of most libraries, Cognito never calls the function.',
    "     Amplify v6:  signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })",
    `  2. Test one user of ${vars.OLD_USER_POOL_NAME} without moving them:  cognito-migrate try`,
    '  3. Watch users move:  cognito-migrate status',
    '  4. See who has not moved, and why:  cognito-migrate users',
  ].join('\n');

/** The resources that the tracked variables identify. */
const identified: ReadonlyMap<string, string> = new Map<VarName, string>([
  ['OLD_USER_POOL_ID', 'old pool'],
  ['NEW_USER_POOL_ID', 'new pool'],
  ['ROLE_ARN', 'role'],
  ['POLICY_ARN', 'policy'],
  ['OLD_CLIENT_ID', 'old app client'],
  ['LAMBDA_ARN', 'function'],
  ['OLD_ROLE_ARN', 'old role'],
]);

/** The number of saved variables, and links to their resources. */
function savedText(vars: Inputs, file: string, style: Style): string {
  const tracked = trackedOf(vars);
  const urls: Readonly<Record<string, string | undefined>> = consoleUrlsOf(vars);
  const names = tracked.flatMap(([name]) => {
    const title = identified.get(name);
    return title === undefined ? [] : [style.link(title, urls[name])];
  });
  return [
    `  ${tracked.length} variables saved in ${file}   print: cognito-migrate env`,
    `    IDs and ARNs of: ${names.join(', ')}`,
  ].join('\n');
}

/** The result code if everything is set up but no user can move. init and status exit with 8. */
export const nobodyCanMoveCode = 'NOBODY_CAN_MOVE' satisfies ErrorCode;

/** The verdict if Cognito never calls the function at a sign-in. */
export const closedText = (way: WayToMove | undefined): string =>
  `Set up, but ${way === 'password-reset' ? 'users move only when they reset their password' : 'nobody can move yet'}: no app client of the new pool accepts passwords.`;

/** The fix. */
export const addClientText = `Add one: cognito-migrate init ${flagOf('NEW_CLIENT_IDS')} ID`;

/** The note of init and status if only ForgotPassword moves users. */
export const resetOnlyNote = {
  type: 'note',
  level: 'warning',
  id: 'CM202',
  message: `No app client of the new pool accepts passwords, so users move only when they reset their password, and never with their old one. ${flagOf('NEW_CLIENT_IDS')} ID lets them move when they sign in.`,
} as const satisfies Event;

/** The verdict if the function would refuse every user, and the way to the reasons. */
const immovableText = (vars: Inputs, style: Style): string =>
  [
    `  ${style.warn} Set up, but nobody can move: the function refuses every user of ${vars.OLD_USER_POOL_NAME}.`,
    '      Reasons and fixes: cognito-migrate doctor',
  ].join('\n');

/** Why no user can move. Undefined if a user can, or if that is unknown. */
function whyNobody({ way, movers }: Ended, vars: Inputs, style: Style): string | undefined {
  if (isClosed(way)) return `  ${style.warn} ${closedText(way)}\n      ${addClientText}`;
  return movers === 'none' ? immovableText(vars, style) : undefined;
}

/** Reasons not to say "Ready" although init succeeded. */
const doubtsOf = ({ movers }: Ended, additions: number): string[] => [
  ...(movers === 'none of the sample' ? ['the function would refuse every sampled user'] : []),
  ...(additions === 0 ? [] : [addedText(additions)]),
];

/** The headline after changes to which nothing objects. Green only if the next sign-in moves a user. */
function headline(ended: Ended, additions: number, vars: Inputs, style: Style): string {
  const unknown = 'it is unknown whether any app client of the new pool accepts passwords';
  const doubts = [...(ended.way === undefined ? [unknown] : []), ...doubtsOf(ended, additions)];
  return doubts.length > 0
    ? doubts.map((doubt) => `  ${style.warn} Set up, but ${doubt}.`).join('\n')
    : `  ${style.ok} ${style.green('Ready.')} The next user of ${vars.OLD_USER_POOL_NAME} who signs in to ${vars.NEW_USER_POOL_NAME} moves.`;
}

const addedText = (count: number): string =>
  `${count === 1 ? 'something was' : `${count} things were`} added to it by others`;

/** A migration that init worked on. */
interface Ended extends PlannedMigration {
  /** How users move. Undefined if unknown. */
  readonly way: WayToMove | undefined;
  /** Whether the function would move any user. Undefined if unknown. */
  readonly movers: Movers | undefined;
}

const canNobodyMove = ({ way, movers }: Ended): boolean => isClosed(way) || movers === 'none';

/** The exit code is 8 if nobody can move. `--accept CM202` gives 0 even then. */
export const exitKindOf = (ended: Ended): ExitKind =>
  canNobodyMove(ended) && !ended.inputs.ACCEPT.includes('CM202') ? 'refused' : 'ok';

/**
 * The result of init: all variables, the changes, and the next steps.
 * @param repeat the command that repeats the run. Undefined if nothing was asked.
 */
export function initDocument(
  migration: Ended,
  finished: Finished<StepId>,
  repeat: string | undefined,
): Document {
  const { planned, movers, file, caller } = migration;
  // Members of our resources that init did not write.
  const added = additionsOf(planned.items);
  const { outcomes, vars } = finished;
  const things = outcomes.filter(({ done }) => done !== 'checked');
  const changes = things.filter(({ done }) => isWrite(done)).length;
  const urls = consoleUrlsOf(vars);
  return {
    json: {
      ok: exitKindOf(migration) === 'ok',
      command: 'init',
      ...(canNobodyMove(migration) ? { code: nobodyCanMoveCode } : {}),
      account: caller.account,
      changes,
      checked: things.length,
      variables: Object.fromEntries(trackedOf(vars)),
      consoleUrls: urls,
      clients: vars.NEW_CLIENT_IDS,
      steps: outcomes.map(outcomeJson),
      ...(added.length === 0 ? {} : { additions: added.map(({ addition }) => addition) }),
      state: file,
    },
    quietly: (style) => whyNobody(migration, vars, style),
    text(style) {
      const nobody = whyNobody(migration, vars, style);
      if (changes === 0 && nobody !== undefined)
        return `\n${nobody}\n      (${things.length} checked, 0 changed)`;
      const [flaw] = doubtsOf(migration, added.length);
      if (changes === 0 && flaw !== undefined)
        return `\n  ${style.warn} Nothing to do, but ${flaw}.   (${things.length} checked, 0 changed)`;
      if (changes === 0) {
        return `\n  ${style.ok} Everything is in place. Nothing to do.   (${things.length} checked, 0 changed)`;
      }
      const ready = `\n${nobody ?? headline(migration, added.length, vars, style)}`;
      // After a repair, the operator has already read the next steps.
      const isNew = things.some(
        ({ step, key, done }) => step === 'migration-trigger' && key === '' && isWrite(done),
      );
      const next = isNew && movers !== 'none' ? [nextSteps(vars, style)] : [];
      const saved = savedText(vars, file, style);
      const again = repeat === undefined ? [] : [`  To repeat this without prompts:\n  ${repeat}`];
      return [ready, saved, ...next, ...again].join('\n\n');
    },
  };
}
