/** Both pools of a sync, people who moved without the work after it, and a way to kill a run at any call. */
import {
  AddCustomAttributesCommand,
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminRemoveUserFromGroupCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  ListUsersInGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { keysOf } from '../../../src/sandbox/index.ts';
import { Budgets } from '../../../src/users/limits.ts';
import type { SurveyedPool } from '../../../src/users/survey.ts';
import type { Counts } from '../../../src/users/sync/chunks.ts';
import { runSync, type SyncArgs } from '../../../src/users/sync/run.ts';
import { type FakeClock, fakeClock } from '../../support/clock.ts';
import { given } from '../../support/errors.ts';
import { account, type LocalAws, region, startLocalAws } from '../../support/local-aws.ts';

export class Killed extends Error {}

export const minute = 60_000;
/** `staff` and `crew` become one group. */
const groups = { admins: 'admins', staff: 'team', crew: 'team' } as const;
const newGroups = ['admins', 'team'] as const;

/** Both pools, people who moved without their groups, and a way to kill a run at its n-th call, before or after it. */
export class RunScene {
  readonly aws: LocalAws;
  readonly clock: FakeClock;
  readonly #pools: Pick<SyncArgs, 'old' | 'new'>;
  /** Time at which the people were created. */
  readonly movedAt: number;
  /** Calls of this run, and the one at which it dies. Half numbers are after a call. */
  calls = 0;
  killAt = Number.POSITIVE_INFINITY;
  /** Times up to which complete runs cover users. */
  readonly covered: number[] = [];
  readonly coveredImports: number[] = [];
  /** Users who still lack groups after the last run, and why. */
  left: string[] = [];

  private constructor(aws: LocalAws, clock: FakeClock, pools: Pick<SyncArgs, 'old' | 'new'>) {
    this.aws = aws;
    this.clock = clock;
    this.#pools = pools;
    this.movedAt = clock.now();
  }

  /** Everyone is in `admins`. Every second one is in `staff` too, and every third in `crew`. */
  static async start(people = 7): Promise<RunScene> {
    const clock = fakeClock();
    const aws = await startLocalAws({ now: clock.now, sleep: clock.sleep });
    const { idp } = aws.sdk;
    const fresh = await aws.addPool('with-old-sub', {
      Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
    });
    const pool = (id: string, arn: string | undefined): SurveyedPool => ({
      side: { idp, idpOnce: idp },
      id,
      arn: given(arn),
      estimate: people,
      estimateAgain: async () => people,
    });
    const pools = {
      old: pool(aws.oldPool, (await aws.pool(aws.oldPool)).Arn),
      new: pool(fresh, (await aws.pool(fresh)).Arn),
    };
    const scene = new RunScene(aws, clock, pools);
    for (const GroupName of [...Object.keys(groups), 'unchosen'])
      await idp.send(new CreateGroupCommand({ UserPoolId: aws.oldPool, GroupName }));
    for (const GroupName of [...newGroups, 'unchosen'])
      await idp.send(new CreateGroupCommand({ UserPoolId: fresh, GroupName }));
    const CustomAttributes = ['moved_at', 'moved_to'].map((Name) => ({
      ...{ Name, AttributeDataType: 'String' as const, Mutable: true },
    }));
    await idp.send(new AddCustomAttributesCommand({ UserPoolId: aws.oldPool, CustomAttributes }));
    for (let number = 0; number < people; number += 1)
      await scene.addPerson(`user-${number}`, [
        ...['admins', 'unchosen'],
        ...(number % 2 === 0 ? ['staff'] : []),
        ...(number % 3 === 0 ? ['crew'] : []),
      ]);
    clock.advance(20 * minute);
    aws.sandbox.journal.clear();
    return scene;
  }

  get newPool(): string {
    return this.#pools.new.id;
  }

  /** A user of the old pool in these groups, and the new user that the function has made of them. */
  async addPerson(name: string, inGroups: readonly string[]): Promise<void> {
    const oldSub = await this.#create(this.aws.oldPool, `${name}@example.com`, {});
    for (const GroupName of inGroups)
      await this.aws.sdk.idp.send(
        new AdminAddUserToGroupCommand({
          UserPoolId: this.aws.oldPool,
          Username: `${name}@example.com`,
          GroupName,
        }),
      );
    this.clock.advance(10);
    await this.#create(this.newPool, name, { 'custom:old_sub': oldSub });
  }

  async #create(UserPoolId: string, Username: string, more: Readonly<Record<string, string>>) {
    const attributes = {
      email: `${Username.replace(/@.*/, '')}@example.com`,
      email_verified: 'true',
      ...more,
    };
    const { User } = await this.aws.sdk.idp.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        MessageAction: 'SUPPRESS',
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    );
    return given(User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value);
  }

  #idp(): CognitoIdentityProviderClient {
    const credentials = keysOf(account);
    const endpoint = this.aws.sandbox.url;
    const idp = new CognitoIdentityProviderClient({ endpoint, region, credentials, maxAttempts: 1 });
    const step = (at: number): void => {
      if (at >= this.killAt) throw new Killed();
    };
    idp.middlewareStack.add(
      (next) => async (args) => {
        this.calls += 1;
        const at = this.calls;
        step(at);
        const answer = await next(args);
        step(at + 0.5);
        return answer;
      },
      { step: 'initialize', name: 'killing' },
    );
    return idp;
  }

  /** Repeats the work for everyone who was created when the people were, unless other times are given. */
  async run(more: Partial<SyncArgs> = {}): Promise<Counts> {
    this.calls = 0;
    this.left = [];
    const idp = this.#idp();
    const side = { idp, idpOnce: idp };
    const pace = { clock: this.clock, signal: new AbortController().signal };
    try {
      return await runSync({
        old: { ...this.#pools.old, side },
        new: { ...this.#pools.new, side },
        work: { part: 'groups', groups },
        spans: [{ from: this.movedAt - minute, to: this.movedAt + minute }],
        imports: { open: [], runningSince: undefined },
        budgets: new Budgets(20, pace),
        pace,
        isDry: false,
        stateFile: this.aws.file,
        breakLock: false,
        each: async ({ userName }, reason) => void this.left.push(`${userName} ${reason}`),
        onProgress: () => undefined,
        cover: async (until, imported) => {
          this.covered.push(until);
          if (imported !== undefined) this.coveredImports.push(imported);
        },
        ...more,
      });
    } finally {
      idp.destroy();
    }
  }

  /** The names in each group of the new pool. */
  async members(): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const GroupName of [...newGroups, 'unchosen']) {
      const request = new ListUsersInGroupCommand({ UserPoolId: this.newPool, GroupName });
      const { Users = [] } = await this.aws.sdk.idp.send(request).catch(() => ({ Users: [] }));
      found[GroupName] = Users.map(({ Username = '' }) => Username).toSorted();
    }
    return found;
  }

  async leave(Username: string, GroupName: string): Promise<void> {
    const member = { UserPoolId: this.newPool, Username, GroupName };
    await this.aws.sdk.idp.send(new AdminRemoveUserFromGroupCommand(member));
  }

  /** The old users who are disabled or marked for the new pool, by name. */
  async closed(people = 7): Promise<string[]> {
    const names = Array.from({ length: people }, (_, number) => `user-${number}`);
    const ends = names.map(async (name) => {
      const request = { UserPoolId: this.aws.oldPool, Username: `${name}@example.com` };
      const { Enabled, UserAttributes = [] } = await this.aws.sdk.idp.send(new AdminGetUserCommand(request));
      const isMarked = UserAttributes.some(
        ({ Name, Value }) => Name === 'custom:moved_to' && Value === this.newPool,
      );
      return Enabled === false || isMarked ? [name] : [];
    });
    return (await Promise.all(ends)).flat();
  }

  async reset(): Promise<void> {
    for (const [group, names] of Object.entries(await this.members()))
      for (const name of names) await this.leave(name, group);
  }

  writes(): string[] {
    return this.aws.sandbox.journal.writes().map(({ operation }) => operation);
  }
}
