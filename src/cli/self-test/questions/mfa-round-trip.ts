/** Q5: does UpdateUserPool leave second factors alone, which are no part of its request? */
import { SetUserPoolMfaConfigCommand, type UserPoolMfaType } from '@aws-sdk/client-cognito-identity-provider';
import { differences } from '../../../aws/raw-json/index.ts';
import { type PoolSnapshot, poolRequest, readPool, sendPoolUpdate } from '../../../aws/user-pool/index.ts';
import type { Check } from '../check.ts';
import type { SelfTestScene, ThrowAwayPool } from '../scene.ts';
import { attachAndDetach } from './attach.ts';
import { type Observation, plainNames, together } from './support.ts';
import { verdictOn } from './verdict.ts';

/** A pool whose one second factor is the authenticator app: it sends nothing and costs nothing. */
async function authenticatorPool(
  scene: SelfTestScene,
  label: string,
  MfaConfiguration: UserPoolMfaType,
): Promise<ThrowAwayPool> {
  const pool = await scene.makePool('new', label, plainNames);
  await scene.sides.new.idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: pool.id,
      MfaConfiguration,
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
  return pool;
}

const kinds = [
  ['authenticator app, optional', 'optional', 'OPTIONAL'],
  ['authenticator app, required', 'required', 'ON'],
] as const;

/** Sends everything back as it is, by itself: without the repair that this program adds. */
async function roundTrip(scene: SelfTestScene, of: string, { id }: ThrowAwayPool): Promise<Observation> {
  const { idp } = scene.sides.new;
  const before = await readPool(idp, id);
  const { accepted, text } = await verdictOn(sendPoolUpdate(idp, poolRequest(before.raw)));
  if (!accepted) return { of, same: false, seen: text };
  const after = await readAfter(scene, id, before);
  const lost = differences(before.mfa, after.mfa).map(({ path }) => path);
  return {
    of,
    same: lost.length === 0,
    seen: lost.length === 0 ? 'accepted, kept' : `accepted, and changed: ${lost.join(', ')}`,
  };
}

/** A read right after a write may still show what was before. */
async function readAfter(scene: SelfTestScene, id: string, before: PoolSnapshot): Promise<PoolSnapshot> {
  const { idp } = scene.sides.new;
  let now = await readPool(idp, id);
  for (const pause of [500, 1000, 2000]) {
    if (Number(now.pool.LastModifiedDate) !== Number(before.pool.LastModifiedDate)) break;
    await scene.clock.sleep(pause, scene.signal);
    now = await readPool(idp, id);
  }
  return now;
}

const byEmail: Observation = {
  of: 'e-mail only',
  open: true,
  same: false,
  seen: 'not tried: it needs a verified identity in Amazon SES, and Cognito makes a service-linked role that would stay behind',
};

export const mfaRoundTrip: Check = {
  id: 'Q5',
  title: 'UpdateUserPool on pools with one second factor',
  kind: 'question',
  documented:
    'not said: the factors belong to SetUserPoolMfaConfig. Reports have it refused for want of an SMS configuration (cloudformation-coverage-roadmap#769, #2221), and accepted once the factor is on (panther#637). Taken for accepted, factors kept. This program compares, and puts them back',
  async run(scene) {
    const found = await Promise.all(
      kinds.map(async ([of, label, mode]) =>
        roundTrip(scene, of, await authenticatorPool(scene, `q-mfa-${label}`, mode)),
      ),
    );
    return together([...found, byEmail]);
  },
};

export const mfaKept: Check = {
  id: 'Q5-kept',
  title: 'the trigger comes and goes on pools with one second factor, and nothing else changes',
  kind: 'promise',
  documented: 'MFA is compared and repaired; nothing but LambdaConfig.UserMigration ever changes',
  async run(scene) {
    const found = await Promise.all(
      kinds.map(async ([of, label, mode]) => ({
        of,
        ...(await attachAndDetach(scene, await authenticatorPool(scene, `q-kept-${label}`, mode))),
      })),
    );
    return together(found);
  },
};
