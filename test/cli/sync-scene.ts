/** A migration whose work after a move can fail, for the tests of `sync`. */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  CreateGroupCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { expect, vi } from 'vitest';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

export const minute = 60_000;
const password = 'Old-password-of-ana-1';

/** A migration with work after each move, by default for two groups, on a clock that only the test and the program move. */
export class CliScene {
  readonly aws: LocalAws;
  readonly clock: FakeClock;

  private constructor(aws: LocalAws, clock: FakeClock) {
    this.aws = aws;
    this.clock = clock;
  }

  static async start(chosen: readonly string[] = ['--groups', 'all']): Promise<CliScene> {
    const clock = fakeClock();
    const aws = await startLocalAws({ now: clock.now, sleep: clock.sleep });
    const scene = new CliScene(aws, clock);
    plantPoolFields(aws.sandbox.world, aws.newPool, {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    for (const GroupName of ['admins', 'staff'])
      await aws.sdk.idp.send(new CreateGroupCommand({ UserPoolId: aws.oldPool, GroupName }));
    const flags = ['--new-client-id', aws.clients.web, '--add-old-sub', ...chosen, '--yes'];
    const made = await runCli(aws.init(...flags), { clock });
    expect(made.code, made.stderr).toBe(0);
    await scene.addOldUser(aws.user.username, false);
    return scene;
  }

  async addOldUser(Username: string, isNew = true): Promise<void> {
    const { idp } = this.aws.sdk;
    const user = { UserPoolId: this.aws.oldPool, Username };
    const UserAttributes = [
      { Name: 'email', Value: Username },
      { Name: 'email_verified', Value: 'true' },
    ];
    if (isNew) {
      await idp.send(new AdminCreateUserCommand({ ...user, UserAttributes, MessageAction: 'SUPPRESS' }));
      await idp.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
    }
    for (const GroupName of ['admins', 'staff'])
      await idp.send(new AdminAddUserToGroupCommand({ ...user, GroupName }));
  }

  /**
   * Moves a user. The work after the move fails as often as Lambda tries, or succeeds.
   * @param call one that the work needs, and that fails.
   */
  async move(Username: string, fails: boolean, call = 'AdminAddUserToGroup'): Promise<void> {
    const { sandbox, sdk, clients } = this.aws;
    this.clock.advance(1000);
    if (fails) sandbox.faults.add({ operation: call, kind: 'access-denied', times: 1000 });
    const signIn = new InitiateAuthCommand({
      ClientId: clients.web,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: password },
    });
    // A start of the function can take longer than Cognito waits, on a busy machine. Users try again, too.
    await vi.waitFor(() => sdk.idp.send(signIn), { timeout: 30_000, interval: 500 });
    const ended = async () => {
      const runs = sandbox.journal.calls.filter(({ operation }) => operation === call);
      const denied = runs.filter(({ result }) => result === 'AccessDeniedException');
      if (fails) expect(denied.length).toBeGreaterThanOrEqual(3);
      else expect(await this.groupsOf(Username)).toEqual(['admins', 'staff']);
    };
    await vi.waitFor(ended, { timeout: 60_000, interval: 200 });
    sandbox.faults.clear();
    this.clock.advance(30 * minute);
    sandbox.journal.clear();
  }

  async groupsOf(Username: string): Promise<string[]> {
    const user = { UserPoolId: this.aws.newPool, Username };
    const { Groups = [] } = await this.aws.sdk.idp.send(new AdminListGroupsForUserCommand(user));
    return Groups.map(({ GroupName = '' }) => GroupName).toSorted();
  }

  /** Whether the old user is open: enabled, and without a mark. */
  async isOpen(Username: string): Promise<boolean> {
    const user = { UserPoolId: this.aws.oldPool, Username };
    const { Enabled, UserAttributes = [] } = await this.aws.sdk.idp.send(new AdminGetUserCommand(user));
    return Enabled !== false && !UserAttributes.some(({ Name }) => Name === 'custom:moved_to');
  }

  async remove(Username: string, GroupName: string): Promise<void> {
    const member = { UserPoolId: this.aws.newPool, Username, GroupName };
    await this.aws.sdk.idp.send(new AdminRemoveUserFromGroupCommand(member));
  }

  sync(...more: readonly string[]): Promise<CliResult> {
    return runCli(['sync', ...this.pools(), ...more], { clock: this.clock });
  }

  pools(): readonly string[] {
    const { oldPool, newPool, where } = this.aws;
    return ['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool, ...where];
  }

  async tag(name = 'cognito-migrate:synced'): Promise<string | undefined> {
    const FunctionName = `cognito-migrate-${this.aws.newPool}`;
    const { Tags } = await this.aws.sdk.lambda.send(new GetFunctionCommand({ FunctionName }));
    return Tags?.[name];
  }

  writes(): string[] {
    return this.aws.sandbox.journal.writes().map(({ operation }) => operation);
  }
}
