/** Q25: does `email_verified: "True"` verify the address? */
import { randomBytes } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Check } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import { asker, plainNames, together } from './support.ts';

export const trueInOtherCase: Check = {
  id: 'Q25',
  title: 'email_verified as "True": sign-in by the alias, and a forgotten password',
  kind: 'question',
  documented:
    'only "true" is; SDKs, scripts and CloudFormation store "True" (aws-amplify/amplify-js#8205): taken for kept as sent, and for verified. This program reads it in any letter case, and writes "true"',
  async run(scene) {
    const pool = await scene.makePool('new', 'q-true', { ...plainNames, AliasAttributes: ['email'] });
    const client = await scene.makeClient(pool, 'open');
    const person = asker(pool, 'none');
    const { username: Username, password: Password } = person;
    const who = { UserPoolId: pool.id, Username };
    // An address at the mailbox simulator. It discards messages.
    const email = `success+${randomBytes(9).toString('hex')}@simulator.amazonses.com`;
    const UserAttributes = [
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'True' },
    ];
    const { idp } = scene.sides.new;
    const create = new AdminCreateUserCommand({ ...who, UserAttributes, MessageAction: 'SUPPRESS' });
    const made = await verdictOn(scene, () => idp.send(create));
    if (!made.accepted) return { same: false, seen: made.text };
    await idp.send(new AdminSetUserPasswordCommand({ ...who, Password, Permanent: true }));
    const kept = (await scene.userIn(pool, Username))?.attributes.email_verified;
    const alias = await scene.signIn(client, { ...person, username: email }, 'USER_PASSWORD_AUTH');
    const forgot = await scene.forgotPassword(client, Username);
    return together([
      { attempt: 'kept', same: kept === 'True', seen: `${kept}` },
      { attempt: 'sign-in by email', same: alias.kind === 'tokens', seen: answerText(alias) },
      { attempt: 'ForgotPassword', same: forgot.kind === 'code', seen: answerText(forgot) },
    ]);
  },
};
