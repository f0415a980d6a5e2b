/** A second, smaller migration: sign-ups with names of the old pool are refused, and nobody else's. */

import { SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Check, Seen } from '../check.ts';
import { eventually } from '../fixtures/retry.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import { oncePerRun } from '../once-per-run.ts';
import type { ComparableSnapshots, Migration, Person, SelfTestScene, ThrowAwayClient } from '../scene.ts';
import { differencesText, ended } from './set-up.ts';
import { presence } from './sign-ins.ts';

interface GuardStage {
  readonly migration: Migration;
  readonly client: ThrowAwayClient;
  /** Users of the old pool. */
  readonly mover: Person;
  readonly owner: Person;
  readonly unconfirmed: Person;
  /** The new pool before the first command. */
  readonly before: ComparableSnapshots;
}

const label = 'guarded';

/** Without automatically verified attributes, so that sign-up sends nothing. */
const pool = { UsernameConfiguration: { CaseSensitive: false } };

const guardStage = oncePerRun(async (scene): Promise<GuardStage> => {
  const AdminCreateUserConfig = { AllowAdminCreateUserOnly: false };
  const made = await scene.makePool('new', label, { ...pool, AdminCreateUserConfig });
  const old = await scene.makePool('old', label, pool);
  const client = await scene.makeClient(made, 'web', {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    // Without a list, Cognito may let sign-ups write the old ID, by which users who move pass.
    WriteAttributes: ['email', 'nickname'],
  });
  return {
    migration: scene.migration(label),
    client,
    mover: await scene.makeUser(old),
    owner: await scene.makeUser(old),
    unconfirmed: await scene.makeUser(old, { kind: 'unconfirmed' }),
    before: await scene.snapshotsOf(made),
  };
});

/** Signs up, and repeats that while the function starts too slowly. */
async function signUp(
  { sides, ...scene }: SelfTestScene,
  { id: ClientId }: ThrowAwayClient,
  { username: Username, password: Password }: Pick<Person, 'username' | 'password'>,
): Promise<string> {
  const attempt = () =>
    verdictOn(scene, () => sides.new.idp.send(new SignUpCommand({ ClientId, Username, Password })));
  const { text } = await eventually(
    attempt,
    (answer) => answer.accepted || answer.text.includes(inUse),
    scene,
    'the function has to answer',
    60_000,
  );
  return text;
}

/** What a stranger reads who tries a name of the old pool. */
const inUse = 'already in use';

/** Paths of the new pool that may change. The attribute stays, because Cognito never removes one. */
const triggers = ['LambdaConfig.PreSignUp', 'LambdaConfig.UserMigration'];
const isAttribute = (path: string): boolean => path.startsWith('SchemaAttributes');

export const guardChecks: readonly Check[] = [
  {
    id: 'guard-init',
    title: 'init --guard-sign-up sets both triggers',
    kind: 'promise',
    documented:
      'of the new pool LambdaConfig.UserMigration, LambdaConfig.PreSignUp, and the attribute custom:old_sub; of the app client ExplicitAuthFlows',
    essential: true,
    async run(scene): Promise<Seen> {
      const { migration, client, before } = await guardStage(scene);
      const ran = await migration.run(
        'init',
        '--new-client-id',
        client.id,
        '--add-old-sub',
        '--guard-sign-up',
      );
      const changed = before.differencesTo(await scene.snapshotsOf(migration.new));
      const paths = changed.map(({ path }) => path);
      const wanted = [...triggers, `client ${client.name}.ExplicitAuthFlows`].toSorted();
      const found = paths.filter((path) => !isAttribute(path)).toSorted();
      const status = await migration.run('status');
      const { guard = 'none' } = status.document;
      return {
        same: ran.code === 0 && status.code === 0 && guard === 'local' && found.join() === wanted.join(),
        seen: `${ended(ran)}; new pool: ${paths.join(', ') || 'nothing'}; status ${ended(status)}, guard ${String(guard)}`,
      };
    },
  },
  {
    id: 'guard-sign-ups',
    title: 'nobody signs up with a name of the old pool, and everyone else does',
    kind: 'promise',
    documented:
      'the function refuses the name of a user who could move, in any letter case; a name that nobody has, one that was never confirmed, and a user of an administrator are accepted',
    async run(scene): Promise<Seen> {
      const { client, owner, unconfirmed } = await guardStage(scene);
      const stranger = scene.stranger(client.pool);
      const attempts = [
        ['the name of an old user', owner.username, false],
        ['in upper case', owner.username.toUpperCase(), false],
        ['never confirmed', unconfirmed.username, true],
        ['a new name', stranger.username, true],
      ] as const;
      const seen: Seen[] = [];
      for (const [attempt, username, isFree] of attempts) {
        const text = await signUp(scene, client, { ...stranger, username });
        const user = await scene.userIn(client.pool, username);
        const same = text.includes(inUse) !== isFree && (user !== undefined) === isFree;
        seen.push({ same, seen: `${attempt}: ${text}, ${presence(user)}` });
      }
      const created = await scene.makeUser(client.pool);
      const user = await scene.userIn(client.pool, created.username);
      seen.push({ same: user !== undefined, seen: `by an administrator: ${presence(user)}` });
      return { same: seen.every(({ same }) => same), seen: seen.map((one) => one.seen).join('; ') };
    },
  },
  {
    id: 'guard-move',
    title: 'users move while sign-ups are guarded',
    kind: 'promise',
    documented: 'the old password gives tokens, whether or not a migration also calls pre sign-up (Q4)',
    async run(scene): Promise<Seen> {
      const { client, mover } = await guardStage(scene);
      const answer = await scene.signInPatiently(client, mover, 'USER_PASSWORD_AUTH');
      const user = await scene.userIn(client.pool, mover.username);
      return {
        same: answer.kind === 'tokens' && user?.status === 'CONFIRMED',
        seen: `${answerText(answer)}, ${presence(user)}`,
      };
    },
  },
  {
    id: 'guard-teardown',
    title: 'teardown empties both triggers again',
    kind: 'promise',
    documented: 'every setting is as before; only the attribute custom:old_sub stays',
    async run(scene): Promise<Seen> {
      const { migration, client, owner, before } = await guardStage(scene);
      const ran = await migration.run('teardown');
      const left = before
        .differencesTo(await scene.snapshotsOf(migration.new))
        .filter(({ path }) => !isAttribute(path));
      const text = await signUp(scene, client, owner);
      return {
        same: ran.code === 0 && left.length === 0 && !text.includes(inUse),
        seen: `${ended(ran)}; new pool: ${differencesText(left)}; the name of an old user: ${text}`,
      };
    },
  },
];
