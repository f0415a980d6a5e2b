/** Pools of generated users, and readings of them. */
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { onTestFinished } from 'vitest';
import { createSandbox, keysOf, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { generateUsers } from '../../src/sandbox/services/cognito/helpers.ts';
import { pacerFor } from '../../src/users/limits.ts';
import { type Reading, readUsers } from '../../src/users/stream.ts';
import { fakeClock, paceOf } from '../support/clock.ts';
import { given } from '../support/errors.ts';

const account = '111122223333';

export interface ReadPool {
  readonly sandbox: Sandbox;
  readonly idp: CognitoIdentityProviderClient;
  readonly userPoolId: string;
}

/** A new pool with so many generated users. */
export async function poolOf(users: number): Promise<ReadPool> {
  const sandbox = await createSandbox({ delays: noDelays });
  onTestFinished(() => sandbox.close());
  const idp = new CognitoIdentityProviderClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: keysOf(account),
    maxAttempts: 1,
  });
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: 'large' }));
  const userPoolId = given(UserPool?.Id);
  generateUsers(sandbox.world, userPoolId, users, 'Some-password-1');
  return { sandbox, idp, userPoolId };
}

/** What a request asks for, and the answer to it: the name of an error, if the test sends one. */
export type Answering = (input: Readonly<Record<string, unknown>>) => string | undefined;

/** Answers some requests with an error instead of sending them. */
export function answering(idp: CognitoIdentityProviderClient, errorFor: Answering): void {
  idp.middlewareStack.add(
    (next) => async (args) => {
      const name = errorFor({ ...args.input });
      if (name === undefined) return next(args);
      throw Object.assign(new Error('Paging marker x is invalid for request'), {
        name,
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      });
    },
    { step: 'initialize', name: 'answering' },
  );
}

/** Reads the pool on a clock that only sleeping moves. */
export function readAll({ idp, userPoolId }: ReadPool, more: Partial<Reading> = {}) {
  const clock = fakeClock();
  const pace = paceOf(clock);
  const seen: string[] = [];
  const result = readUsers({
    ...pace,
    idp,
    userPoolId,
    pacer: pacerFor(30, undefined, pace),
    estimate: 0,
    estimateAgain: () => Promise.resolve(undefined),
    each: (users) => void seen.push(...users.map(({ userName }) => userName)),
    ...more,
  });
  return { result, seen, clock };
}
