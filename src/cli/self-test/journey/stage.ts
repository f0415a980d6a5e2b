/** The two pools of the journey, their app clients and users. */
import type { UserKind } from '../../../aws/throw-away/users.ts';
import type {
  Migration,
  Person,
  PoolImages,
  SelfTestScene,
  ThrowAwayClient,
  ThrowAwayPool,
} from '../scene.ts';
import { type ClientName, newClients, newPool, oldPool } from './settings.ts';

type Clients = Readonly<Record<ClientName, ThrowAwayClient>>;
export type People = Awaited<ReturnType<typeof makePeople>>;

export interface Stage {
  readonly migration: Migration;
  /** Of the new pool. */
  readonly clients: Clients;
  /** Of the old pool. */
  readonly people: People;
  /** As everything was before the first command. */
  readonly before: { readonly old: PoolImages; readonly new: PoolImages };
}

const label = 'journey';

/** What every user of the old pool has in `custom:team`, and must have in the new one. */
export const team = 'Team Ångström';

/** About sixty calls, one after another: Cognito takes five a second on the clients of a pool (Developer Guide, quotas). */
export async function setStage(scene: SelfTestScene): Promise<Stage> {
  const fresh = await scene.makePool('new', label, newPool);
  const old = await scene.makePool('old', label, oldPool);
  const clients = await makeClients(scene, fresh);
  const people = await makePeople(scene, old);
  const [before, after] = [await scene.imagesOf(old), await scene.imagesOf(fresh)];
  return { migration: scene.migration(label), clients, people, before: { old: before, new: after } };
}

async function makeClients(scene: SelfTestScene, pool: ThrowAwayPool): Promise<Clients> {
  const make = (name: ClientName) => scene.makeClient(pool, name, newClients[name]);
  return {
    web: await make('web'),
    app: await make('app'),
    hiding: await make('hiding'),
    server: await make('server'),
    login: await make('login'),
    'left-alone': await make('left-alone'),
  };
}

async function makePeople(scene: SelfTestScene, pool: ThrowAwayPool) {
  const make = (kind: UserKind = 'confirmed'): Promise<Person> =>
    scene.makeUser(pool, { kind, attributes: { 'custom:team': team } });
  return {
    /** Who moves through which app client. */
    movers: {
      web: await make(),
      app: await make(),
      hiding: await make(),
      login: await make(),
    },
    ofServer: await make(),
    byOlderName: await make(),
    bySrp: await make(),
    guessed: await make(),
    forgetful: await make(),
    afterRepair: await make(),
    unverified: await make('unverified-email'),
    /** Who may not come in. */
    refused: [
      await make('disabled'),
      await make('force-change-password'),
      await make('reset-required'),
      await make('unconfirmed'),
      await make('totp'),
    ],
  };
}
