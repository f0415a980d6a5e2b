/** Users who sign in for the first time while somebody runs the program: none of them may be turned away. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import {
  AdminDeleteUserCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { isWrite, type JournalEntry } from '../../src/sandbox/journal.ts';
import { logsState } from '../../src/sandbox/services/logs/state.ts';
import { main } from '../fault-injection/sides.ts';
import { given } from '../support/errors.ts';
import type { Sdk } from '../support/sdk.ts';
import type { Installed } from './installed.ts';
import { addOldUser, anaOf, userOf } from './users.ts';

/** One attempt. */
export interface SignIn {
  /** Which change of the program it came before or after; `meanwhile`: at any time. */
  readonly moment: string;
  /** The function had today's code already, and its environment was still that of 1.0.0. */
  readonly isBetween: boolean;
  /** Name and text of the error, if there was one. */
  readonly error?: string;
}

/** Calls by which the attempts themselves change something. */
const own: ReadonlySet<string> = new Set(['AdminCreateUser', 'AdminSetUserPassword', 'SignUp']);

const isOfProgram = ({ operation }: JournalEntry): boolean => isWrite(operation) && !own.has(operation);

/**
 * The function has 4 seconds of real time, its start included. Where this machine is too busy for that, the user tries again, as
 * the sentence of the function asks for.
 */
const machineIsSlow = /"reason":"(out-of-time|time-out|unreachable)"/;

/** With --find-by, one function looks up five names a second. These users come faster, and try again as the sentence asks for. */
const isAtLimit = /"reason":"lookup-limit"/;

const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

export class SignIns {
  readonly all: SignIn[] = [];
  readonly #installed: Installed;
  readonly #environment: string;
  #count = 0;

  /** @param environment the function's, as 1.0.0 left it. */
  constructor(installed: Installed, environment: Readonly<Record<string, string>>) {
    this.#installed = installed;
    this.#environment = JSON.stringify(environment);
  }

  get failed(): readonly SignIn[] {
    return this.all.filter(({ error }) => error !== undefined);
  }

  get between(): number {
    return this.all.filter(({ isBetween }) => isBetween).length;
  }

  /** Somebody new signs in. */
  async one(moment: string): Promise<void> {
    this.#count += 1;
    const user = userOf(this.#count, this.#installed.state.signInName);
    const { oldSdk, oldPool, sdk, clients } = this.#installed;
    await addOldUser(oldSdk, oldPool, user);
    const isBetween = await this.#isBetween();
    const command = new InitiateAuthCommand({
      ClientId: given(clients.web, 'client web'),
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: user.username, PASSWORD: user.password },
    });
    const attempt = async (): Promise<string | undefined> => {
      try {
        const { AuthenticationResult } = await sdk.idp.send(command);
        given(AuthenticationResult?.AccessToken, 'token');
        return undefined;
      } catch (error) {
        return `${textOf(error)} (${this.#reason()})`;
      }
    };
    let error = await attempt();
    for (let left = 2; left > 0 && error !== undefined && machineIsSlow.test(error); left--)
      error = await attempt();
    for (let left = 30; left > 0 && error !== undefined && isAtLimit.test(error); left--) {
      await pause(50);
      error = await attempt();
    }
    this.all.push({ moment, isBetween, ...(error === undefined ? {} : { error }) });
  }

  async #isBetween(): Promise<boolean> {
    const found = await this.#installed.functionNow().catch(() => undefined); // taken down already
    return found?.code === this.#installed.newCode && JSON.stringify(found.environment) === this.#environment;
  }

  /** What the function gave as its reason, last of all. */
  #reason(): string {
    const { sandbox, name } = this.#installed;
    const { groups } = logsState(sandbox.world, main.account, main.region);
    const streams = [...(groups.get(`/aws/lambda/${name}`)?.streams.values() ?? [])];
    const lines = streams.flatMap(({ events }) => events.map(({ message }) => message));
    return lines.filter((line) => line.includes('"outcome":"failed"')).at(-1) ?? 'no reason';
  }

  /** One before and one after each change of the program, and others all the time, until the work is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const { faults } = this.#installed.sandbox;
    let isOver = false;
    const stops = (['before', 'after'] as const).map((position) =>
      faults.onCall(position, async (call) => {
        if (!isOver && isOfProgram(call)) await this.one(`${position} ${call.operation}`);
      }),
    );
    const loop = async (): Promise<void> => {
      while (!isOver) {
        await this.one('meanwhile');
        await turn();
      }
    };
    const looping = loop();
    try {
      return await work();
    } finally {
      isOver = true;
      for (const stop of stops) stop();
      await looping;
    }
  }

  /** Takes all of them out of both pools, so that these can be compared with how they were. */
  async forget(): Promise<void> {
    const { sdk, newPool, oldSdk, oldPool, state } = this.#installed;
    await deleteUsers(sdk, newPool, () => true);
    const { username } = anaOf(state.signInName);
    await deleteUsers(oldSdk, oldPool, (names) => !names.includes(username));
  }
}

async function deleteUsers(
  { idp }: Sdk,
  UserPoolId: string,
  isOne: (names: readonly (string | undefined)[]) => boolean,
): Promise<void> {
  for (;;) {
    const { Users = [] } = await idp.send(new ListUsersCommand({ UserPoolId }));
    const found = Users.filter(({ Username, Attributes = [] }) =>
      isOne([Username, ...Attributes.map(({ Value }) => Value)]),
    );
    if (found.length === 0) return;
    for (const { Username } of found) await idp.send(new AdminDeleteUserCommand({ UserPoolId, Username }));
  }
}
