/** Q8: what does UpdateUserPool without PoolName do to the pool's name? */
import { DescribeUserPoolCommand, UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Check } from '../check.ts';
import { tagsOf } from '../fixtures/names.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import { settingsPool } from './support.ts';

export const omittedName: Check = {
  id: 'Q8',
  title: 'UpdateUserPool without PoolName',
  kind: 'question',
  documented:
    'not said ("If you don\'t provide a value for an attribute, Amazon Cognito sets it to its default value", and a name has none): taken for kept. This program always sends it',
  async run(scene) {
    const { id: UserPoolId, name } = await settingsPool(scene);
    const { idp } = scene.sides.new;
    const UserPoolTags = { ...tagsOf(scene.runId) };
    const { accepted, text } = await verdictOn(scene, () =>
      idp.send(new UpdateUserPoolCommand({ UserPoolId, UserPoolTags })),
    );
    if (!accepted) return { same: false, seen: text };
    const { UserPool } = await idp.send(new DescribeUserPoolCommand({ UserPoolId }));
    if (UserPool?.Name === name) return { same: true, seen: 'accepted, the name is kept' };
    // The cleanup finds the pool by its name.
    await idp.send(new UpdateUserPoolCommand({ UserPoolId, UserPoolTags, PoolName: name }));
    return { same: false, seen: `accepted, and the name became ${JSON.stringify(UserPool?.Name)}` };
  },
};
