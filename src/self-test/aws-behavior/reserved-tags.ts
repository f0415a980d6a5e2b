/** Q7: what happens to aws: tags if UpdateUserPool sends them back or omits them? */
import { DescribeUserPoolCommand, UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Check } from '../check.ts';
import { tagsOf } from '../fixtures/names.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import type { SelfTestScene } from '../scene.ts';
import { type Observation, settingsPool, together } from './support.ts';

const reserved = 'aws:self-test';

async function update(scene: SelfTestScene, more: Readonly<Record<string, string>>): Promise<void> {
  const { id: UserPoolId, name: PoolName } = await settingsPool(scene);
  const UserPoolTags = { ...tagsOf(scene.runId), ...more };
  await scene.sides.new.idp.send(new UpdateUserPoolCommand({ UserPoolId, PoolName, UserPoolTags }));
}

/** Called only if such a tag can be set at all. */
async function leftOut(scene: SelfTestScene): Promise<Observation> {
  const { id: UserPoolId } = await settingsPool(scene);
  await update(scene, {});
  const { UserPool } = await scene.sides.new.idp.send(new DescribeUserPoolCommand({ UserPoolId }));
  const isThere = UserPool?.UserPoolTags?.[reserved] !== undefined;
  return { attempt: 'left out', same: isThere, seen: isThere ? 'kept' : 'lost' };
}

export const reservedTags: Check = {
  id: 'Q7',
  title: 'aws: tags in UpdateUserPool',
  kind: 'question',
  documented:
    'reserved for AWS (AWS General Reference, tag naming limits): taken for refused, and for kept when they are left out. This program sends them back, and leaves them out where that is refused',
  async run(scene) {
    const { accepted, text } = await verdictOn(scene, () => update(scene, { [reserved]: 'yes' }));
    return together([
      { attempt: 'sent', same: !accepted, seen: text },
      accepted
        ? await leftOut(scene)
        : {
            attempt: 'left out',
            open: true,
            same: false,
            seen: 'not answered by the API: only AWS itself (a CloudFormation stack) can set one to begin with',
          },
    ]);
  },
};
