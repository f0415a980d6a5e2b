/** Q38: does ListUsers find an email address in another letter case? */
import { randomBytes } from 'node:crypto';
import { AdminCreateUserCommand, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Check } from '../check.ts';
import { asker, plainNames, together } from './support.ts';

export const searchedCase: Check = {
  id: 'Q38',
  title: 'ListUsers with email = "…" in another letter case',
  kind: 'question',
  documented:
    '"All searches are case-insensitive" (Developer Guide, "Searching for users"), while "exact match" is said of = (API reference, ListUsers). With --map username=email the function asks in the spelling of the username and in lower case, and the doctor compares in any (CM116)',
  async run(scene) {
    const pool = await scene.makePool('new', 'q-case', plainNames);
    const { idp } = scene.sides.new;
    // An address at the mailbox simulator. Nothing is sent, and it discards messages.
    const email = `Success+${randomBytes(9).toString('hex')}@Simulator.amazonses.com`;
    await idp.send(
      new AdminCreateUserCommand({
        UserPoolId: pool.id,
        Username: asker(pool, 'none').username,
        UserAttributes: [{ Name: 'email', Value: email }],
        MessageAction: 'SUPPRESS',
      }),
    );
    const finds = async (spelling: string): Promise<boolean> => {
      const { Users = [] } = await idp.send(
        new ListUsersCommand({ UserPoolId: pool.id, Filter: `email = "${spelling}"` }),
      );
      return Users.length === 1;
    };
    if (!(await finds(email)))
      return { same: false, open: true, seen: 'the address is not found as it is written' };
    const look = async (attempt: string, spelling: string) => {
      const same = await finds(spelling);
      return { attempt, same, seen: same ? 'found' : 'not found' };
    };
    return together([
      await look('in lower case', email.toLowerCase()),
      await look('in upper case', email.toUpperCase()),
    ]);
  },
};
