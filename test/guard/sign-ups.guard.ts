/**
 * Sign-ups in every world that changes what the function sees: 1,020 with names of old users, in ten spellings, and
 * 1,008 others. Then users move, whichever source Pre sign-up fires as.
 */
import { stdout } from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oldSubName } from '../../src/lambda/settings.ts';
import { choose } from '../../src/sandbox/worlds.ts';
import { type GuardScene, kinds, type SignUpInput, startScene } from './scene.ts';

/** The documented readings, and each other reading that changes an answer about a user. */
const worlds = [
  undefined,
  ['searchedCase', 'exact'],
  ['subAsUsername', 'not-found'],
  ['userPages', 'short'],
  ['trueInOtherCase', 'unverified'],
  ['writesWithoutList', 'all'],
  ['signUpWriteCheck', 'after-trigger'],
] as const;

const sources = [
  'none',
  'PreSignUp_SignUp',
  'PreSignUp_AdminCreateUser',
  'PostConfirmation',
  'PreSignUp_SignUp+PostConfirmation',
];

/** Users of each spelling, and other sign-ups of each kind: 6 kinds x 10 spellings x 17, and 6 kinds x 168. */
const perSpelling = 17;
const perKind = 168;

const refused =
  'UserLambdaValidationException: PreSignUp failed with error This name is already in use. Please sign in, or choose another.';

const unwritable = 'NotAuthorizedException: A client attempted to write unauthorized attribute';

/** Sign-ups at the same time. More of them would keep a busy machine longer than the function waits. */
const atOnce = 17;

async function signUpAll(scene: GuardScene, attempts: readonly SignUpInput[]): Promise<string[]> {
  const answers: string[] = [];
  for (let from = 0; from < attempts.length; from += atOnce) {
    const some = attempts.slice(from, from + atOnce);
    answers.push(...(await Promise.all(some.map((attempt) => scene.signUp(attempt)))));
  }
  return answers;
}

const count = { refused: 0, others: 0, claims: 0 };
afterAll(() => {
  stdout.write(
    `sign-ups: ${count.refused} with the name of an old user, none succeeded; ${count.claims} that claim an old ID, none succeeded; ${count.others} others, none refused\n`,
  );
});

/** Names that no user of a pool can have, which Cognito refuses itself. */
const isImpossible = (answer: string): boolean => answer.startsWith('InvalidParameterException: ');

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  describe.each(worlds.map((world) => [world?.join('=') ?? 'as documented', world] as const))(
    '%s',
    (__, world) => {
      let scene: GuardScene;
      beforeAll(async () => {
        scene = await startScene(kind, perSpelling + 2 * sources.length);
        if (world !== undefined) expect(choose(scene.sandbox.world, world[0], world[1])).toBeUndefined();
      });
      afterAll(() => scene.close());

      test.each(kind.spellings.map((spell, at) => [at + 1, spell] as const))(
        'spelling %i of the name of an old user is refused',
        async (number, spell) => {
          const answers = await signUpAll(scene, scene.people.slice(0, perSpelling).map(spell));
          expect(answers).toHaveLength(perSpelling);
          expect(answers.filter((answer) => answer !== refused && !isImpossible(answer))).toEqual([]);
          // The first spelling is the name itself.
          if (number === 1) expect(answers.filter((answer) => answer !== refused)).toEqual([]);
          count.refused += answers.length;
        },
      );

      test('whoever claims an old ID is refused, even the right one', async () => {
        const [victim, other] = scene.people;
        if (victim === undefined || other === undefined) throw new Error('there are too few people');
        const name = kind.spellings[0]?.(victim);
        if (name === undefined) throw new Error('there is no spelling');
        const claims = [victim.sub, other.sub, victim.sub.toUpperCase(), '', 'none', victim.username];
        const lies = claims.map((sub) => ({
          ...name,
          attributes: { ...name.attributes, [oldSubName]: sub },
        }));
        const strangers = claims.map((sub, at) => {
          const { Username, attributes } = kind.other(perKind + at);
          return { Username, attributes: { ...attributes, [oldSubName]: sub } };
        });
        const answers = await signUpAll(scene, [...lies, ...strangers]);
        expect(answers.filter((answer) => answer !== refused && answer !== unwritable)).toEqual([]);
        // The guard lets the right ID pass. Cognito doesn't let it be written.
        expect(answers[0]).toBe(unwritable);
        expect(answers[1]).toBe(world?.[0] === 'signUpWriteCheck' ? refused : unwritable);
        count.claims += answers.length;
      });

      test('nobody else is refused', async () => {
        const others = Array.from({ length: perKind }, (_none, number) => kind.other(number));
        const answers = await signUpAll(scene, [...others, ...kind.lookalikes]);
        expect(answers.filter((answer) => answer !== 'signed up')).toEqual([]);
        count.others += answers.length;
      });

      test.each(sources.map((source, at) => [source, at] as const))(
        'users move where a migration also fires %s',
        async (source, at) => {
          expect(choose(scene.sandbox.world, 'migrationAlsoFires', source)).toBeUndefined();
          const [one, other] = scene.people.slice(perSpelling + 2 * at);
          if (one === undefined || other === undefined) throw new Error('there are too few people');
          expect(await scene.signIn(kind.nameOf(one))).toBe('signed in');
          expect(await scene.forgot(kind.nameOf(other))).toBe('code sent');
        },
      );
    },
  );
});
