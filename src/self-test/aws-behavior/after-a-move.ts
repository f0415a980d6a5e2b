/** Q14, Q15, Q23, and Q27: what the work after a move finds, and when its groups reach the tokens. */
import { AdminAddUserToGroupCommand, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { sleep } from '../../aws/retry.ts';
import type { Check } from '../check.ts';
import { createThrowAwayGroup, throwAwayGroup } from '../fixtures/pools.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { marker, type Task } from '../fixtures/trigger-code.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import { oncePerRun } from '../once-per-run.ts';
import type { SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { asker, askingStage, type Observation, playedPool, together, warmUp } from './support.ts';

/**
 * An app client of a pool with a group, and with the function on one trigger of a sign-in only.
 * A user exists before the first of these triggers, so another one would be a second time to add them.
 */
const stageOf = (name: string, trigger: 'PostAuthentication' | 'PreTokenGeneration') =>
  oncePerRun(async (scene) => {
    const pool = await playedPool(scene, name, [trigger]);
    await createThrowAwayGroup(scene.sides.new.idp, pool.id);
    const client = await scene.makeClient(pool, 'open');
    await warmUp(scene, client);
    return client;
  });

const postAuthenticationStage = stageOf('q-groups', 'PostAuthentication');
const preTokenStage = stageOf('q-token-groups', 'PreTokenGeneration');

/** Milliseconds between two looks for a new user, and the most looks. The trigger waits longer than that. */
const [pauseMs, mostLooks] = [100, 200];

/** Moves a user. Adds them to the group as soon as they exist, while the trigger waits. */
async function addMeanwhile(scene: SelfTestScene, client: ThrowAwayClient, task: Task): Promise<string> {
  const { idp } = scene.sides.new;
  const { pool } = client;
  const { username, password } = asker(pool, task);
  const signIn = new InitiateAuthCommand({
    ClientId: client.id,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: password },
  });
  let isOver = false;
  const signingIn = verdictOn(scene, () => idp.send(signIn)).finally(() => {
    isOver = true;
  });
  let isLate = true;
  for (let look = 1; look <= mostLooks && !isOver; look++) {
    if ((await scene.userIn(pool, username)) !== undefined) {
      const member = { UserPoolId: pool.id, Username: username, GroupName: throwAwayGroup };
      await idp.send(new AdminAddUserToGroupCommand(member));
      isLate = isOver;
      break;
    }
    await sleep(pauseMs, scene);
  }
  const verdict = await signingIn;
  if (!verdict.accepted) return verdict.text;
  if (isLate) return 'the sign-in ended first';
  const { AccessToken, IdToken } = verdict.answer.AuthenticationResult ?? {};
  const [inAccess, inId] = [AccessToken, IdToken].map(hasGroup);
  if (inAccess === inId) return inId ? 'in both tokens' : 'in no token';
  return inId ? 'in the ID token' : 'in the access token';
}

/** Whether a token names the group. Nothing else of a token is ever kept. */
function hasGroup(token = ''): boolean {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() || '{}');
  const isObject = typeof claims === 'object' && claims !== null;
  const groups: unknown = isObject ? Reflect.get(claims, 'cognito:groups') : undefined;
  return Array.isArray(groups) && groups.includes(throwAwayGroup);
}

const observe = async (
  scene: SelfTestScene,
  client: ThrowAwayClient,
  task: Task,
  attempt: string,
): Promise<Observation> => {
  const seen = await addMeanwhile(scene, client, task);
  return { attempt, same: seen === 'in both tokens', seen };
};

export const groupsAtPostAuthentication: Check = {
  id: 'Q14',
  title: 'a membership that is set during Post authentication, in the tokens of that sign-in',
  kind: 'question',
  documented:
    'not said: taken for yes. Reports say that a membership needs another sign-in or a refresh (aws-amplify/amplify-js#3435, #1645). init --groups promises the second token only',
  async run(scene) {
    const client = await postAuthenticationStage(scene);
    return together([await observe(scene, client, 'wait-post-authentication', 'set in Post authentication')]);
  },
};

export const groupsAtPreToken: Check = {
  id: 'Q15',
  title: 'a membership that is set during Pre token generation, with and without an override',
  kind: 'question',
  documented:
    'groupOverrideDetails replaces the groups in both tokens (Developer Guide, "Pre token generation Lambda trigger"). Whether a membership counts without it is not said: taken for yes. The function sets both',
  async run(scene) {
    const client = await preTokenStage(scene);
    return together(
      await Promise.all([
        observe(scene, client, 'wait-pre-token-generation', 'without an override'),
        observe(scene, client, 'wait-with-groups', 'with an override'),
      ]),
    );
  },
};

/** The looks of the work after a move. */
const looksAfterMs = [0, 400, 800];

export const newUserFound: Check = {
  id: 'Q23',
  title: 'AdminGetUser right after a migration',
  kind: 'question',
  documented:
    'not said: taken for found at once. The work after a move looks for the new user after 0.4 and 1.2 seconds, and Lambda repeats it after 1 and 2 minutes',
  async run(scene) {
    const { pool, open } = await askingStage(scene);
    const person = asker(pool, 'move');
    const answer = await scene.signIn(open, person, 'USER_PASSWORD_AUTH');
    if (answer.kind !== 'tokens') return { same: false, seen: answerText(answer) };
    for (const [index, pause] of looksAfterMs.entries()) {
      if (pause > 0) await sleep(pause, scene);
      if ((await scene.userIn(pool, person.username)) !== undefined)
        return { same: true, seen: index === 0 ? 'found at once' : `found at look ${index + 1}` };
    }
    return { same: false, seen: 'not found in 1.2 s' };
  },
};

const attributesIn = new RegExp(`${marker} TokenGeneration_\\w+ .*userAttributes\\{([^}]*)\\}`);

export const preTokenAttributes: Check = {
  id: 'Q27',
  title: 'custom attributes in the event of Pre token generation when a user migrates',
  kind: 'question',
  documented:
    'the event has the user attributes (Developer Guide, "Pre token generation Lambda trigger"), and whether new custom ones are among them is not said: taken for yes. Without custom:old_sub, groups are in the second token',
  async run(scene) {
    const pool = await playedPool(scene, 'q-pre-token', ['PreTokenGeneration'], {
      Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
    });
    const client = await scene.makeClient(pool, 'open');
    await warmUp(scene, client);
    const answer = await scene.signIn(client, asker(pool, 'move-old-sub'), 'USER_PASSWORD_AUTH');
    const names = attributesIn.exec(answer.message)?.[1]?.split(',');
    if (names === undefined) return { same: false, seen: answerText(answer) };
    return { same: names.includes('custom:old_sub'), seen: names.toSorted().join(', ') };
  },
};
