/** Users who move through each documented flow, with their own data and nothing more. */

import type { PoolUser } from '../../aws/users.ts';
import type { Check, Seen } from '../check.ts';
import { type Answer, answerText, type SignInFlow } from '../fixtures/sign-in.ts';
import { phoneNumber } from '../fixtures/users.ts';
import type { Person, SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { type Stage, team } from './stage.ts';

/** A user's status and attributes, in a few words. */
function arrived(
  user: PoolUser | undefined,
  emailVerified: string,
): { readonly as: string; readonly ok: boolean } {
  if (user === undefined) return { as: 'not in the new pool', ok: false };
  const { status, attributes } = user;
  const lost = attributes['custom:team'] === team ? '' : ', custom:team lost';
  const verified = attributes.email_verified ?? 'not set';
  return {
    as: `${status}, email_verified ${verified}${lost}`,
    ok: status === 'CONFIRMED' && verified === emailVerified && lost === '',
  };
}

/** Signs in with the old password twice. The second time, the user exists. */
async function move(
  scene: SelfTestScene,
  client: ThrowAwayClient,
  person: Person,
  flow: SignInFlow,
  emailVerified = 'true',
): Promise<Seen> {
  const first = await scene.signInPatiently(client, person, flow);
  const { as, ok } = arrived(await scene.userIn(client.pool, person.username), emailVerified);
  const second = await scene.signInSettled(client, person, flow);
  const same = ok && [first, second].every(({ kind }) => kind === 'tokens');
  return { same, seen: `${client.name}: ${answerText(first)}, ${as}, then ${answerText(second)}` };
}

const together = (all: readonly Seen[]): Seen => ({
  same: all.every(({ same }) => same),
  seen: all.map(({ seen }) => seen).join('; '),
});

export function signInChecks({ clients, people }: Stage): readonly Check[] {
  return [
    {
      id: 'moves-by-password',
      title: 'users move with USER_PASSWORD_AUTH, through app clients of several kinds',
      kind: 'promise',
      documented:
        'the first sign-in with the old password gives tokens; the user is CONFIRMED in the new pool with the same attributes (Developer Guide, "Migrate user Lambda trigger")',
      async run(scene): Promise<Seen> {
        const moved: Seen[] = [];
        for (const name of ['web', 'app', 'login', 'older', 'rotating'] as const) {
          const client = clients[name];
          if (client === undefined) continue; // AWS did not create it, as the stage reports
          moved.push(await move(scene, client, people.movers[name], 'USER_PASSWORD_AUTH'));
        }
        return together(moved);
      },
    },
    {
      id: 'moves-unseen',
      title: 'a user moves through an app client that hides which users exist',
      // Whether AWS calls the trigger there at all is the second question. Nothing can be promised about it.
      kind: 'question',
      documented:
        'the trigger is called with PreventUserExistenceErrors=ENABLED too (Developer Guide, "Managing user existence error responses")',
      run: (scene) => move(scene, clients.hiding, people.movers.hiding, 'USER_PASSWORD_AUTH'),
    },
    {
      id: 'moves-by-admin',
      title: 'a user moves with ADMIN_USER_PASSWORD_AUTH',
      kind: 'promise',
      documented: 'AdminInitiateAuth fires the trigger as InitiateAuth does (Developer Guide, same page)',
      run: (scene) => move(scene, clients.server, people.ofServer, 'ADMIN_USER_PASSWORD_AUTH'),
    },
    {
      id: 'moves-by-older-name',
      title: 'a user moves with ADMIN_NO_SRP_AUTH, the older name of that flow',
      kind: 'question',
      documented: 'AWS replaced the name and takes both (API reference, AdminInitiateAuth, AuthFlow)',
      run: (scene) => move(scene, clients.server, people.byOlderName, 'ADMIN_NO_SRP_AUTH'),
    },
    {
      id: 'unverified-stays',
      title: 'an email address that nobody has verified stays unverified',
      kind: 'promise',
      documented: 'verified flags are copied as they are, never forced',
      run: (scene) => move(scene, clients.web, people.unverified, 'USER_PASSWORD_AUTH', 'false'),
    },
    {
      id: 'phone-comes-along',
      title: 'a verified phone number is copied, and users in a group move',
      kind: 'promise',
      documented:
        'attributes are copied with their verified flags; groups are not. Users in a group move like all others',
      async run(scene): Promise<Seen> {
        const { withPhone, inGroup } = people;
        const moved = [await move(scene, clients.web, withPhone, 'USER_PASSWORD_AUTH')];
        if (inGroup) moved.push(await move(scene, clients.web, inGroup, 'USER_PASSWORD_AUTH'));
        const user = await scene.userIn(clients.web.pool, withPhone.username);
        const { phone_number, phone_number_verified = 'not set' } = user?.attributes ?? {};
        const phone: Seen = {
          same: phone_number === phoneNumber && phone_number_verified === 'true',
          seen: `phone number ${phone_number === phoneNumber ? 'the same' : 'lost'}, verified ${phone_number_verified}`,
        };
        return together([...moved, phone]);
      },
    },
    {
      id: 'srp-does-not-move',
      title: 'SRP moves nobody',
      kind: 'promise',
      documented:
        'with SRP the server never sees the password, so the trigger cannot fire (Developer Guide, same page)',
      async run(scene): Promise<Seen> {
        const person = people.bySrp;
        const answer = await scene.signIn(clients.web, person, 'USER_SRP_AUTH');
        const user = await scene.userIn(clients.web.pool, person.username);
        return { same: user === undefined, seen: `${answerText(answer)}; ${presence(user)}` };
      },
    },
    {
      id: 'forgot-password-moves',
      title: 'a user who requests a password reset moves without proof of the old password',
      kind: 'promise',
      documented:
        'ForgotPassword fires the trigger; the user is in the new pool, not CONFIRMED, and a code is sent to the verified address',
      async run(scene): Promise<Seen> {
        const person = people.forgetful;
        const asked = await scene.forgotPassword(clients.web, person.username);
        const user = await scene.userIn(clients.web.pool, person.username);
        const tried: Answer = await scene.signInSettled(clients.web, person, 'USER_PASSWORD_AUTH');
        return {
          same:
            asked.kind === 'code' &&
            user !== undefined &&
            user.status !== 'CONFIRMED' &&
            tried.kind === 'refused',
          seen: `${answerText(asked)}; ${presence(user)}; old password: ${answerText(tried)}`,
        };
      },
    },
  ];
}

/** For example, `RESET_REQUIRED in the new pool`. */
export const presence = (user: PoolUser | undefined): string =>
  user === undefined ? 'not in the new pool' : `${user.status} in the new pool`;
