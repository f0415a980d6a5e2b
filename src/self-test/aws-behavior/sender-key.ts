/**
 * Q34: does UpdateUserPool create the grant on the key of custom senders?
 * If so, the operator needs kms:CreateGrant.
 */
import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { isNamed } from '../../aws/errors.ts';
import type { Check, Seen } from '../check.ts';
import { tagsOf } from '../fixtures/names.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import type { SelfTestScene, ThrowAwayPool } from '../scene.ts';
import { plainNames, triggerFunction } from './support.ts';

/**
 * Sets a key in an account that does not exist. No key policy can allow the grant there.
 * A key costs money and exists for at least seven days, so none is created.
 */
async function nameForeignKey(scene: SelfTestScene, pool: ThrowAwayPool): Promise<void> {
  const { partition } = scene.places.new;
  const { idp, region } = scene.sides.new;
  const key = `arn:${partition}:kms:${region}:000000000000:key/00000000-0000-0000-0000-000000000000`;
  const CustomEmailSender = { LambdaArn: await triggerFunction(scene), LambdaVersion: 'V1_0' } as const;
  await idp.send(
    new UpdateUserPoolCommand({
      UserPoolId: pool.id,
      PoolName: pool.name,
      UserPoolTags: { ...tagsOf(scene.runId) },
      LambdaConfig: { CustomEmailSender, KMSKeyID: key },
    }),
  );
}

/** Here, a denial is the answer. Elsewhere, it would mean a lack of permissions. */
async function ask(scene: SelfTestScene): Promise<Seen> {
  const pool = await scene.makePool('new', 'q-sender-key', plainNames);
  try {
    const { accepted, text } = await verdictOn(scene, () => nameForeignKey(scene, pool));
    return { same: !accepted, seen: text };
  } catch (error) {
    if (!isNamed(error, 'AccessDeniedException')) throw error;
    // Only the action, because the rest of the message names the caller.
    const denied = /perform: (\S+)/.exec(String(error))?.[1];
    return { same: denied === 'kms:CreateGrant', seen: `denied: ${denied ?? 'no action is named'}` };
  }
}

export const senderKey: Check = {
  id: 'Q34',
  title: 'UpdateUserPool asks for a grant on the key of custom senders',
  kind: 'question',
  documented:
    'the principal that creates or updates the pool needs kms:CreateGrant with kms:EncryptionContext:userpool-id (Developer Guide, "Custom sender Lambda triggers"): a key that allows nobody is refused. Whether a grant is asked for when the key stays the same needs a key of your own',
  run: ask,
};
