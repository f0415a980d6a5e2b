/** Q28 and Q37: which attributes an app client can set at sign-up, and when Cognito refuses the others. */
import { AddCustomAttributesCommand, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Check } from '../check.ts';
import type { Task } from '../fixtures/trigger-code.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import type { SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { asker, type Observation, plainNames, playedPool, together, warmUp, wasCalled } from './support.ts';

/** Immutable, like the attribute of --add-old-sub. */
const attribute = (Name: string) => ({ Name, AttributeDataType: 'String' as const, Mutable: false });

/** Signs up a user who sets the attribute themselves. Without an address, nothing is sent. */
async function signUp(
  { sides, ...scene }: SelfTestScene,
  { id: ClientId, pool }: ThrowAwayClient,
  name?: string,
  task: Task = 'none',
) {
  const { username: Username, password: Password } = asker(pool, task);
  const UserAttributes = name === undefined ? [] : [{ Name: `custom:${name}`, Value: 'claimed' }];
  const command = new SignUpCommand({ ClientId, Username, Password, UserAttributes });
  return verdictOn(scene, () => sides.new.idp.send(command));
}

const open = { AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } };

export const unlistedAttributes: Check = {
  id: 'Q37',
  title: 'custom attributes at sign-up by an app client without WriteAttributes',
  kind: 'question',
  documented:
    'such an app client "can write the values of the Standard attributes" (API reference, UserPoolClientType): taken for refused. The console and reports say that it can write all of them (aws/aws-aspnet-cognito-identity-provider#89, aws/aws-cdk#21835, hashicorp/terraform-provider-aws#28684). The doctor warns of it where an attribute keeps the old sub (CM122)',
  async run(scene) {
    const Schema = [attribute('first')];
    const pool = await scene.makePool('new', 'q-unlisted', { ...plainNames, ...open, Schema });
    const client = await scene.makeClient(pool, 'unlisted');
    const listing = await scene.makeClient(pool, 'listing', { WriteAttributes: ['nickname'] });
    const plain = await signUp(scene, client);
    if (!plain.accepted)
      return { same: false, open: true, seen: `sign-up without attributes: ${plain.text}` };
    const look = async (args: string, by: ThrowAwayClient, name: string): Promise<Observation> => {
      const { accepted, text } = await signUp(scene, by, name);
      return { attempt: args, same: !accepted, seen: text };
    };
    const atCreation = await look('in the pool before the client', client, 'first');
    const add = new AddCustomAttributesCommand({
      UserPoolId: pool.id,
      CustomAttributes: [attribute('later')],
    });
    await scene.sides.new.idp.send(add);
    return together([
      atCreation,
      await look('added to the pool later', client, 'later'),
      await look('a client with a list that lacks it', listing, 'first'),
    ]);
  },
};

export const signUpOrder: Check = {
  id: 'Q28',
  title: 'a sign-up with an attribute that its app client cannot write, where pre sign-up has a function',
  kind: 'question',
  documented:
    'not said: taken for refused before pre sign-up is called. The guard of sign-ups (--guard-sign-up) lets the right custom:old_sub pass, which no app client can write (CM122), so such a sign-up must fail in either order',
  async run(scene) {
    const Schema = [attribute('first')];
    const pool = await playedPool(scene, 'q-sign-up', ['PreSignUp'], { ...open, Schema });
    const client = await scene.makeClient(pool, 'listing', {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      WriteAttributes: ['nickname'],
    });
    await warmUp(scene, client);
    const plain = await signUp(scene, client, undefined, 'pre-sign-up');
    if (!wasCalled({ message: plain.text }))
      return { same: false, open: true, seen: `sign-up without attributes: ${plain.text}` };
    const refusing = await signUp(scene, client, 'first', 'pre-sign-up');
    const isCalled = wasCalled({ message: refusing.text });
    const passing = await signUp(scene, client, 'first');
    return together([
      {
        attempt: 'a function that throws',
        same: !isCalled && !refusing.accepted,
        seen: isCalled ? 'called before the attribute is refused' : `not called; ${refusing.text}`,
      },
      { attempt: 'a function that lets it pass', same: !passing.accepted, seen: passing.text },
    ]);
  },
};
