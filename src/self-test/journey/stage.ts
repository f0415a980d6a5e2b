/** The two pools of the journey, their app clients, and their users. */
import { errorName } from '../../aws/errors.ts';
import type { Check, Seen } from '../check.ts';
import { isJudgement, isUsedUp } from '../fixtures/error-class.ts';
import { runPrefix } from '../fixtures/names.ts';
import type { UserKind } from '../fixtures/users.ts';
import { oncePerRun } from '../once-per-run.ts';
import type {
  ComparableSnapshots,
  Migration,
  Person,
  SelfTestScene,
  ThrowAwayClient,
  ThrowAwayPool,
} from '../scene.ts';
import { type ClientName, newClients, newPool, type OptionalClient, oldPool } from './settings.ts';

/** App clients of the journey. An optional one is undefined if AWS refuses to create it. */
export type Clients = Readonly<Record<Exclude<ClientName, OptionalClient>, ThrowAwayClient>> &
  Readonly<Record<OptionalClient, ThrowAwayClient | undefined>>;
export type People = Awaited<ReturnType<typeof makePeople>>;

export interface Stage {
  readonly migration: Migration;
  /** App clients of the new pool. */
  readonly clients: Clients;
  /** Users of the old pool. */
  readonly people: People;
  /** Snapshots from before the first command. */
  readonly before: { readonly old: ComparableSnapshots; readonly new: ComparableSnapshots };
  /** Parts that AWS refused to create. */
  readonly without: readonly string[];
}

const label = 'journey';

/** The value of `custom:team` for every user of the old pool. It must reach the new one. */
export const team = 'Team Ångström';

/**
 * Creates the stage with some seventy calls, in sequence.
 * Cognito accepts five per second on the clients of a pool (Developer Guide, quotas).
 */
export const stageOf = oncePerRun(async (scene): Promise<Stage> => {
  const without: string[] = [];
  const newPool = await makeNewPool(scene, without);
  const old = await scene.makePool('old', label, oldPool);
  const clients = await makeClients(scene, newPool, without);
  const people = await makePeople(scene, old, without);
  const [before, after] = [await scene.snapshotsOf(old), await scene.snapshotsOf(newPool)];
  const migration = scene.migration(label);
  return { migration, clients, people, before: { old: before, new: after }, without };
});

/** A check of its own, so that a stage that AWS refuses is in the report too. */
export const stageCheck: Check = {
  id: 'stage',
  title: 'pools, app clients and users for the journey can be made',
  kind: 'promise',
  documented: 'AWS accepts the settings that its API reference lists. The journey needs them',
  essential: true,
  async run(scene): Promise<Seen> {
    const { without } = await stageOf(scene);
    return { same: true, seen: ['made', ...without.map((what) => `without ${what}`)].join('; ') };
  },
};

/** Creates a part that the journey can do without. If AWS refuses, keeps only the reason. */
async function unlessRefused<T>(
  what: string,
  without: string[],
  make: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!isUsedUp(error) && !isJudgement(error)) throw error;
    without.push(`${what} (${errorName(error)}: ${error instanceof Error ? error.message : ''})`);
    return undefined;
  }
}

/**
 * Adds triggers that Cognito calls only for CUSTOM_AUTH, so they are never called.
 * They name a function that does not exist.
 */
async function makeNewPool(scene: SelfTestScene, without: string[]): Promise<ThrowAwayPool> {
  const { region } = scene.sides.new;
  const { partition, account } = scene.places.new;
  const arn = `arn:${partition}:lambda:${region}:${account}:function:${runPrefix(scene.runId)}nowhere`;
  const LambdaConfig = {
    DefineAuthChallenge: arn,
    CreateAuthChallenge: arn,
    VerifyAuthChallengeResponse: arn,
  };
  const full = { ...newPool, LambdaConfig, SmsAuthenticationMessage: 'Your code is {####}' };
  const make = () => scene.makePool('new', label, full);
  return (
    (await unlessRefused('other triggers and a text for SMS in the new pool', without, make)) ??
    (await scene.makePool('new', label, newPool))
  );
}

async function makeClients(scene: SelfTestScene, pool: ThrowAwayPool, without: string[]): Promise<Clients> {
  const make = (name: ClientName) => scene.makeClient(pool, name, newClients[name]);
  const tryTo = (name: ClientName) => unlessRefused(`the app client ${name}`, without, () => make(name));
  return {
    web: await make('web'),
    app: await make('app'),
    hiding: await make('hiding'),
    server: await make('server'),
    login: await make('login'),
    older: await tryTo('older'),
    rotating: await tryTo('rotating'),
    'left-alone': await make('left-alone'),
  };
}

async function makePeople(scene: SelfTestScene, pool: ThrowAwayPool, without: string[]) {
  const attributes = { 'custom:team': team };
  const make = (kind: UserKind = 'confirmed'): Promise<Person> => scene.makeUser(pool, { kind, attributes });
  const halfMade: Person[] = [];
  const tryTo = async (kind: UserKind): Promise<Person | undefined> => {
    const { username, password } = scene.stranger(pool);
    const named = { username, password };
    const made = await unlessRefused(`a user ${kind}`, without, () =>
      scene.makeUser(pool, { kind, attributes, named }),
    );
    if (made === undefined && (await scene.userIn(pool, username)) !== undefined)
      halfMade.push({ pool, kind: 'confirmed', ...named });
    return made;
  };
  const refused = [
    await make('disabled'),
    await make('force-change-password'),
    await tryTo('reset-required'),
    await make('unconfirmed'),
    await tryTo('totp'),
    await tryTo('sms-option'),
  ];
  return {
    /** Users who move, by app client. */
    movers: {
      web: await make(),
      app: await make(),
      hiding: await make(),
      login: await make(),
      older: await make(),
      rotating: await make(),
    },
    ofServer: await make(),
    byOlderName: await make(),
    bySrp: await make(),
    guessed: await make(),
    forgetful: await make(),
    afterRepair: await make(),
    unverified: await make('unverified-email'),
    withPhone: await make('verified-phone'),
    inGroup: await tryTo('in-group'),
    /** Users whom AWS created without the rest of what makes their kind. */
    halfMade,
    /** Users who must not get in. */
    refused: refused.filter((one) => one !== undefined),
  };
}

/** All users of the old pool. */
export function everybody({ refused, halfMade, movers, inGroup, ...others }: People): readonly Person[] {
  const found = [...refused, ...halfMade, ...Object.values(movers), ...Object.values(others)];
  return inGroup === undefined ? found : [...found, inGroup];
}
