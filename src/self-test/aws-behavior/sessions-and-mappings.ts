/** Q29 and Q35: who else could write the proof of an old user, and what disabling a user ends. */
import { randomBytes } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  CreateIdentityProviderCommand,
  GetUserCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Check } from '../check.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import { asker, plainNames, together } from './support.ts';

export const immutableMapping: Check = {
  id: 'Q29',
  title: 'an identity provider that is mapped to an immutable attribute',
  kind: 'question',
  documented:
    'mapped attributes must be mutable, or sign-ins fail when Cognito updates them (Developer Guide, "Mapping IdP attributes"); whether such a mapping can be made is not said: taken for yes. It blocks init where custom:old_sub is kept (CM122)',
  async run(scene) {
    const pool = await scene.makePool('new', 'q-mapping', {
      ...plainNames,
      Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
    });
    // Nobody can sign in with it. AWS doesn't check these two with the provider.
    const random = randomBytes(9).toString('hex');
    const ProviderDetails = { client_id: random, client_secret: random, authorize_scopes: 'openid' };
    const { text, accepted } = await verdictOn(scene, () =>
      scene.sides.new.idp.send(
        new CreateIdentityProviderCommand({
          UserPoolId: pool.id,
          ProviderName: 'Google',
          ProviderType: 'Google',
          ProviderDetails,
          AttributeMapping: { username: 'sub', 'custom:old_sub': 'sub' },
        }),
      ),
    );
    return together([
      { attempt: 'the mapping', same: accepted, seen: text },
      { attempt: 'a sign-in with it', same: true, open: true, seen: 'takes a browser' },
    ]);
  },
};

export const disabledSessions: Check = {
  id: 'Q35',
  title: 'the running session of a user who is disabled',
  kind: 'question',
  documented:
    '"Deactivates a user profile and revokes all access tokens for the user" (API reference, AdminDisableUser); refresh tokens are not named: taken for refused too',
  async run(scene) {
    const { idp } = scene.sides.new;
    const pool = await scene.makePool('new', 'q-disable', plainNames);
    const client = await scene.makeClient(pool, 'open');
    const { username: Username, password: Password } = asker(pool, 'none');
    const who = { UserPoolId: pool.id, Username };
    await idp.send(new AdminCreateUserCommand({ ...who, MessageAction: 'SUPPRESS' }));
    await idp.send(new AdminSetUserPasswordCommand({ ...who, Password, Permanent: true }));
    const ask = (
      AuthFlow: 'USER_PASSWORD_AUTH' | 'REFRESH_TOKEN_AUTH',
      AuthParameters: Record<string, string>,
    ) =>
      verdictOn(scene, () =>
        idp.send(new InitiateAuthCommand({ ClientId: client.id, AuthFlow, AuthParameters })),
      );
    const first = await ask('USER_PASSWORD_AUTH', { USERNAME: Username, PASSWORD: Password });
    if (!first.accepted) return { same: false, seen: first.text };
    const { AccessToken, RefreshToken = '' } = first.answer.AuthenticationResult ?? {};
    await idp.send(new AdminDisableUserCommand(who));
    const access = await verdictOn(scene, () => idp.send(new GetUserCommand({ AccessToken })));
    const refresh = await ask('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken });
    return together([
      { attempt: 'GetUser', same: !access.accepted, seen: access.text },
      { attempt: 'a refresh', same: !refresh.accepted, seen: refresh.text },
    ]);
  },
};
