/** Q18, Q21, and Q22: how ListUsers finds users by a filter, and whether AdminGetUser finds one by the sub. */
import { randomBytes } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  type CreateUserPoolCommandInput,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { sleep } from '../../aws/retry.ts';
import type { Check } from '../check.ts';
import { eventually } from '../fixtures/retry.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import type { SelfTestScene, ThrowAwayPool } from '../scene.ts';
import { asker, inTurn, type Observation, plainNames, together } from './support.ts';

/** Creates a user without an address, or with one at the mailbox simulator, to which nothing is sent. Returns the sub. */
async function addUser(
  { sides }: SelfTestScene,
  pool: ThrowAwayPool,
  Username: string,
  attributes: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  const { User } = await sides.new.idp.send(
    new AdminCreateUserCommand({
      UserPoolId: pool.id,
      Username,
      UserAttributes,
      MessageAction: 'SUPPRESS',
    }),
  );
  return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
}

/** Every page of a filter, by the number of its users. */
async function pagesOf({ sides }: SelfTestScene, UserPoolId: string, value: string, Limit?: number) {
  const escaped = value.replace(/["\\]/g, '\\$&');
  const pages: number[] = [];
  let PaginationToken: string | undefined;
  do {
    const answer = await sides.new.idp.send(
      new ListUsersCommand({ UserPoolId, Filter: `name = "${escaped}"`, Limit, PaginationToken }),
    );
    pages.push(answer.Users?.length ?? 0);
    PaginationToken = answer.PaginationToken;
  } while (PaginationToken !== undefined && pages.length < 10);
  return pages;
}

/** Milliseconds between two looks, and their number. */
const [pauseMs, looks] = [1000, 10];

/** How long a new user stays unseen. "Eventually consistent" is all that the API reference says. */
async function lagOf(scene: SelfTestScene, pool: ThrowAwayPool, value: string): Promise<Observation> {
  for (let look = 1; look <= looks; look++) {
    const [found = 0] = await pagesOf(scene, pool.id, value);
    if (found > 0)
      return {
        attempt: 'a new user',
        same: true,
        seen: look === 1 ? 'found at once' : `found at look ${look}`,
      };
    await sleep(pauseMs, scene);
  }
  return { attempt: 'a new user', same: false, seen: `not found in ${(looks * pauseMs) / 1000} s` };
}

export const filteredUsers: Check = {
  id: 'Q21',
  title: 'ListUsers with a filter: special characters, wildcards, short pages, and a new user',
  kind: 'question',
  documented:
    'a backslash escapes quotation marks, = is an exact match, and answers are eventually consistent (API reference, ListUsers). The function of --find-by escapes backslashes too, reads up to three pages, empty ones included, and takes a token left over for a failure. Letter case is Q38',
  async run(scene) {
    const pool = await scene.makePool('new', 'q-filter', plainNames);
    const random = randomBytes(6).toString('hex');
    const special = `a"b\\c* ${random}`;
    const twins = `twin ${random}`;
    await addUser(scene, pool, asker(pool, 'none').username, { name: special });
    const lag = await lagOf(scene, pool, special);
    await inTurn([1, 2], () => addUser(scene, pool, asker(pool, 'none').username, { name: twins }));
    await lagOf(scene, pool, twins);
    const [wild = 0] = await pagesOf(scene, pool.id, 'a*');
    const pages = await pagesOf(scene, pool.id, twins, 1);
    const both = pages.reduce((sum, count) => sum + count, 0);
    return together([
      lag,
      {
        attempt: 'a wildcard',
        same: wild === 0,
        seen: wild === 0 ? 'an ordinary character' : 'matches other values',
      },
      {
        attempt: 'two users, one a page',
        same: both === 2 && pages.length <= 3,
        seen: `${both} on ${pages.length} pages, of which ${pages.filter((count) => count === 0).length} empty`,
      },
    ]);
  },
};

/** The subs of all users whom the filter finds. Without one, those of the whole pool. */
async function subsOf({ sides }: SelfTestScene, UserPoolId: string, Filter?: string): Promise<string[]> {
  const found: string[] = [];
  let PaginationToken: string | undefined;
  do {
    const answer = await sides.new.idp.send(new ListUsersCommand({ UserPoolId, Filter, PaginationToken }));
    for (const { Attributes = [] } of answer.Users ?? [])
      found.push(...Attributes.flatMap(({ Name, Value = '' }) => (Name === 'sub' ? [Value] : [])));
    PaginationToken = answer.PaginationToken;
  } while (PaginationToken !== undefined);
  return found;
}

const hexDigits = [...'0123456789abcdef'];
/** Users of the pool. Enough for several parts of it. */
const partedUsers = 8;

export const partedUserLists: Check = {
  id: 'Q18',
  title: 'ListUsers with sub ^= "…": the parts of a pool, together',
  kind: 'question',
  documented:
    'sub can be searched for, and ^= finds values that begin with the text (API reference, ListUsers). users reads a pool of more than 20,000 users in 16 or 256 such parts. If AWS refuses the filter, it reads the pool in one go, and it compares the sum of the parts with EstimatedNumberOfUsers. How long a token of a list is good is not asked, since that takes over an hour: after 50 minutes, and when AWS refuses a token, users starts the part again',
  async run(scene) {
    const pool = await scene.makePool('new', 'q-parts', plainNames);
    const made = await inTurn(Array.from({ length: partedUsers }), () =>
      addUser(scene, pool, asker(pool, 'none').username, {}),
    );
    const whole = await eventually(
      () => subsOf(scene, pool.id),
      ({ length }) => length >= partedUsers,
      scene,
      'ListUsers has to show new users',
    );
    const { accepted, text } = await verdictOn(scene, () => subsOf(scene, pool.id, 'sub ^= "0"'));
    if (!accepted) return { same: false, seen: text };
    const parts = await inTurn(hexDigits, async (digit) => ({
      digit,
      subs: await subsOf(scene, pool.id, `sub ^= "${digit}"`),
    }));
    const misplaced = parts.flatMap(({ digit, subs }) => subs.filter((sub) => !sub.startsWith(digit)));
    const listed = parts.flatMap(({ subs }) => subs);
    const [first = ''] = made;
    const narrow = await subsOf(scene, pool.id, `sub ^= "${first.slice(0, 2)}"`);
    return together([
      {
        attempt: '16 parts',
        same: misplaced.length === 0 && listed.toSorted().join() === whole.toSorted().join(),
        seen: `${listed.length} of ${whole.length} users, ${misplaced.length} in a wrong part`,
      },
      {
        attempt: 'two digits',
        same: narrow.includes(first) && narrow.every((sub) => sub.startsWith(first.slice(0, 2))),
        seen: narrow.includes(first) ? 'found' : 'not found',
      },
    ]);
  },
};

interface Kind {
  /** The label of its pool. The cleanup finds pools by it. */
  readonly label: string;
  readonly words: string;
  readonly settings: Partial<CreateUserPoolCommandInput>;
}

const kinds: readonly Kind[] = [
  { label: 'q-sub-name', words: 'usernames', settings: plainNames },
  {
    label: 'q-sub-alias',
    words: 'email as an alias',
    settings: { ...plainNames, AliasAttributes: ['email'] },
  },
  { label: 'q-sub-email', words: 'email as the username', settings: { UsernameAttributes: ['email'] } },
];

export const subAsUsername: Check = {
  id: 'Q22',
  title: 'AdminGetUser with the sub as Username, in three kinds of pools',
  kind: 'question',
  documented:
    'found: "the value of this parameter is typically your user\'s username, but it can be any of their alias attributes. If username isn\'t an alias attribute in your user pool, this value must be the sub of a local user or the username of a user from a third-party IdP" (API reference, AdminGetUser). The function never takes a typed sub for a name',
  async run(scene) {
    const { idp } = scene.sides.new;
    const look = async ({ label, words, settings }: Kind) => {
      const pool = await scene.makePool('new', label, settings);
      const email = `success+${randomBytes(9).toString('hex')}@simulator.amazonses.com`;
      const name = settings.UsernameAttributes === undefined ? asker(pool, 'none').username : email;
      const sub = await addUser(scene, pool, name, { email });
      if (sub === undefined) return { attempt: words, same: false, seen: 'the new user has no sub' };
      const { accepted, text } = await verdictOn(scene, () =>
        idp.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username: sub })),
      );
      return { attempt: words, same: accepted, seen: accepted ? 'found' : text };
    };
    return together(await inTurn(kinds, look));
  },
};
