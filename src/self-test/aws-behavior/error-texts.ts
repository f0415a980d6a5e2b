/** Q11: the exact error messages of failed migrations. */

import type { Check } from '../check.ts';
import { type Answer, answerText } from '../fixtures/sign-in.ts';
import { marker, type Task, unknownAttribute } from '../fixtures/trigger-code.ts';
import type { Person, SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { asker, askingStage, inTurn, plainNames, together, triggerFunction } from './support.ts';

const failed = 'UserNotFoundException: Exception migrating user in app client <client ID>';

/** Messages as people quote them: whole messages, and only the end of a message after "…". */
const quoted: readonly (readonly [attempt: string, task: Task, text: string])[] = [
  [
    'a function that throws',
    'fire',
    `UserLambdaValidationException: UserMigration failed with error ${marker} UserMigration_Authentication.`,
  ],
  ['an empty response', 'none', failed],
  ['a status of its own', 'bad-status', 'UserNotFoundException: … invalid finalUserStatus'],
  ['an action of its own', 'bad-action', 'UserNotFoundException: … invalid messageAction'],
  ['a medium of its own', 'bad-medium', 'UserNotFoundException: … invalid desiredDeliveryMediums'],
  [
    'an attribute that the pool lacks',
    'bad-attribute',
    `UserNotFoundException: … attributes do not conform to the schema: ${unknownAttribute}: Attribute does not exist in schema`,
  ],
  ['a sub', 'bad-sub', 'NotAuthorizedException: Incorrect username or password.'],
];

function isQuoted(answer: Answer, text: string): boolean {
  const [start = '', end] = text.split('… ');
  const said = answerText(answer);
  return end === undefined ? said === text : said.startsWith(start) && said.endsWith(end);
}

/**
 * Sign-ins that the function cannot answer.
 * Cognito has no permission to invoke it, or the app client lacks the flow.
 */
async function withoutFunction(
  scene: SelfTestScene,
): Promise<readonly (readonly [string, Answer, string])[]> {
  const UserMigration = await triggerFunction(scene);
  const pool = await scene.makePool('new', 'q-closed', { ...plainNames, LambdaConfig: { UserMigration } });
  const [open, srp] = await Promise.all([
    scene.makeClient(pool, 'open'),
    scene.makeClient(pool, 'srp', { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }),
  ]);
  const ask = (client: ThrowAwayClient): Promise<Answer> => signIn(scene, client, asker(pool, 'move'));
  const [denied, flowless] = await Promise.all([ask(open), ask(srp)]);
  return [
    ['no permission to invoke', denied, failed],
    [
      'an app client without the flow',
      flowless,
      'InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client',
    ],
  ];
}

const signIn = (scene: SelfTestScene, client: ThrowAwayClient, person: Person): Promise<Answer> =>
  scene.signIn(client, person, 'USER_PASSWORD_AUTH');

export const errorTexts: Check = {
  id: 'Q11',
  title: 'the exact texts of what goes wrong with a migration',
  kind: 'question',
  documented:
    'quoted in parts by AWS re:Post ("Troubleshoot errors with the user migration Lambda trigger") and public code; "error descriptions are not fixed strings" (Developer Guide), and nothing in this program depends on them',
  async run(scene) {
    const { pool, open } = await askingStage(scene);
    const byFunction = await inTurn(
      quoted,
      async ([attempt, task, text]) => [attempt, await signIn(scene, open, asker(pool, task)), text] as const,
    );
    const found = [...byFunction, ...(await withoutFunction(scene))];
    return together(
      found.map(([attempt, answer, text]) => ({
        attempt,
        same: isQuoted(answer, text),
        seen: answerText(answer),
      })),
    );
  },
};
