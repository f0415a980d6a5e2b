/**
 * A rehearsal: the function decides about one user as at a sign-in, and reports its decision.
 * It creates no user. However, its calls to the old pool are real: a wrong password counts there as one.
 */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { CheckError, UnhealthyError } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';
import { isNamed } from '../errors.ts';
import { redactError } from '../redact-error.ts';
import type { Who } from '../users.ts';

const Answer = z.object({
  outcome: z.enum(['migrated', 'reset', 'untouched', 'failed']),
  reason: z.string(),
  fault: z.optional(z.string()),
  badAttributes: z.optional(z.array(z.string())),
  missingAttributes: z.optional(z.array(z.string())),
  finalUserStatus: z.optional(z.string()),
  userAttributes: z.optional(z.record(z.string(), z.string())),
});

/**
 * The function's decision. Holds the user's attributes.
 * Show it only on the screen of the person who asked, and nowhere else.
 */
export interface Rehearsal extends z.output<typeof Answer> {
  readonly ms: number;
}

/**
 * Invokes the function. Errors never repeat its answer.
 * Someone else's function may answer with the event, which holds the password.
 */
export async function rehearse(
  lambda: LambdaClient,
  clock: Clock,
  FunctionName: string,
  userPoolId: string,
  { username, password }: Who,
): Promise<Rehearsal> {
  // An event source that Cognito never sends.
  const event = {
    triggerSource: 'CognitoMigrate_Rehearsal',
    userPoolId,
    userName: username,
    request: { password },
  };
  const start = clock.now();
  const { Payload, FunctionError } = await lambda
    .send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }))
    .catch((error: unknown) => {
      throw isNamed(error, 'ResourceNotFoundException') ? notInstalled(FunctionName) : redactError(error);
    });
  const answer = z.safeParse(Answer, parse(Buffer.from(Payload ?? []).toString('utf8')));
  if (FunctionError === undefined && answer.success) return { ...answer.data, ms: clock.now() - start };
  throw new CheckError(`The function ${FunctionName} does not run: ${FunctionError ?? 'unexpected answer'}`, {
    code: 'REHEARSAL_FAILED',
    hint: ['cognito-migrate status --probe  says more; cognito-migrate init  repairs it.'],
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const notInstalled = (name: string): UnhealthyError =>
  new UnhealthyError(`There is no function ${name}: nothing is installed`, {
    code: 'NOT_INSTALLED',
    found: name,
    hint: ['cognito-migrate init  sets the migration up.'],
  });
