/**
 * The test call: asks the function whether it reaches the old pool, before anything live uses it.
 * The function makes both of its calls for a random user, so the right answers say "no such user".
 */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { CheckError, type CodeOf } from '../../core/errors.ts';
import type { OnProgress } from '../../core/step.ts';
import type { Aws } from '../clients.ts';
import { errorName, isNamed } from '../errors.ts';
import { retry, waitLine } from '../retry.ts';
import {
  Answer,
  deniedAfterMove,
  describeWait,
  expectedAfterMove,
  hasNext,
  isDenied,
  isTransient,
  reachesOldPool,
} from './probe-answer.ts';

/** An event source that Cognito never sends. */
const triggerSource = 'CognitoMigrate_Probe';

/** Requests to the function beyond the calls that its settings need. */
export interface Asked {
  /** True: also search for users, which settings to come will need. Functions of version 1.0.0 ignore it. */
  readonly listUsers?: boolean;
}

/** The function's own answer to one call. Throws CheckError if the function doesn't run. */
export async function askFunction(
  lambda: LambdaClient,
  FunctionName: string,
  request: Asked = {},
): Promise<Answer> {
  const event = { triggerSource, ...(request.listUsers && { request }) };
  const invoke = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) });
  const { Payload, FunctionError } = await lambda.send(invoke).catch((error: unknown) => {
    throw isNamed(error, 'KMSAccessDeniedException') ? roleReplaced(FunctionName, errorName(error)) : error;
  });
  const text = Buffer.from(Payload ?? []).toString('utf8');
  const answer = z.safeParse(Answer, parse(text));
  if (FunctionError === undefined && answer.success) return answer.data;
  throw new CheckError(`The function ${FunctionName} does not run: ${FunctionError ?? 'unexpected answer'}`, {
    code: 'PROBE_FAILED',
    found: text.slice(0, 500),
    hint: ['Its log says more: aws logs tail the log group of that name.'],
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The error for a role that was deleted and created again with the same name.
 * To AWS, it's a different role. Running instances of the function keep credentials of the old role. New
 * instances cannot read their environment, because the KMS grant belongs to the old role
 * (https://repost.aws/knowledge-center/lambda-kmsaccessdeniedexception-errors).
 */
const roleReplaced = (functionName: string, found: string): CheckError =>
  new CheckError(
    "The function can't reach the old pool: AWS refuses its credentials, probably because its role was deleted and created again",
    {
      code: 'PROBE_ROLE_REPLACED',
      expected: 'UserNotFoundException from both calls',
      found,
      hint: [
        `Its test call returned ${found}.`,
        'To Lambda, a new role of the same name is another role. So the function must be created again too.',
        `aws lambda delete-function --function-name ${functionName}   and then   cognito-migrate init`,
        'Keep the state file. The tags of the function hold the earlier settings of the app clients, and are deleted with it.',
      ],
    },
  );

/** Answers of Cognito and STS to credentials of a deleted role. */
const deletedRoleErrors = ['UnrecognizedClientException', 'InvalidClientTokenId'];

const requiredPermissions = ({ listUsers }: Answer): string =>
  listUsers === undefined
    ? 'cognito-idp:AdminGetUser and cognito-idp:AdminInitiateAuth'
    : 'cognito-idp:AdminGetUser, cognito-idp:AdminInitiateAuth, and cognito-idp:ListUsers';

/** The calls with their answers, as text. */
function answeredNames(answer: Answer): string {
  const listed = answer.listUsers === undefined ? '' : `, ListUsers: ${answer.listUsers}`;
  const after = Object.entries(answer.afterMove ?? {})
    .filter(([, name]) => !expectedAfterMove.includes(name))
    .map(([call, name]) => `${call}: ${name}`);
  return [
    `AdminGetUser: ${answer.adminGetUser}, AdminInitiateAuth: ${answer.adminInitiateAuth}${listed}`,
    ...(after.length === 0 ? [] : [`after a move: ${after.join(', ')}`]),
    ...(hasNext(answer) ? [] : [`next function: ${answer.next}`]),
  ].join('; ');
}

const afterMoveHints = (answer: Answer, missing: readonly string[]): readonly string[] => [
  `Missing: ${missing.join(', ')}. The rights in the new pool belong to the function's own role.`,
  ...(answer.assumeRole === undefined
    ? []
    : ['After a handoff:  cognito-migrate handoff --update  writes down the added rights for that account.']),
];

/** The refusal if the next function of a chain can't be called: code, reason, and hint. */
const noNext = (answer: Answer): [CodeOf<'refused'>, string, string] => [
  isDenied(answer) ? 'PROBE_DENIED' : 'PROBE_FAILED',
  'it cannot call the function of the earlier migration',
  'Its role needs lambda:InvokeFunction on that function, which must exist.',
];

/** Users can sign in and move. Only the work after a move is denied. */
export class AfterMoveDenied extends CheckError {}

/** The reason why the test call failed, derived from the error names. */
function refusal(answer: Answer, functionName: string): CheckError {
  const names = answeredNames(answer);
  const refuse = (code: CodeOf<'refused'>, why: string, ...hint: string[]): CheckError =>
    new CheckError(`The function can't reach the old pool: ${why}`, {
      code,
      expected: 'UserNotFoundException from both calls',
      found: names,
      hint: [`Its test call returned ${names}.`, ...hint],
    });
  const gone = [answer.assumeRole, answer.adminGetUser].find((name) =>
    deletedRoleErrors.includes(name ?? ''),
  );
  if (gone !== undefined) return roleReplaced(functionName, gone);
  if (answer.assumeRole === 'RegionDisabledException') {
    return refuse(
      'PROBE_ASSUME_ROLE',
      `the old pool’s account issues no credentials in any of the tried Regions (${answer.assumeRole})`,
      'Its administrator activates STS for the function’s Region: IAM console, Account settings, STS endpoints.',
    );
  }
  if (answer.assumeRole !== undefined && answer.assumeRole !== 'OK') {
    return refuse(
      'PROBE_ASSUME_ROLE',
      `it cannot assume the role in the old pool’s account (${answer.assumeRole})`,
      'That role must trust the function’s role, by name and path, with this external ID. sts:AssumeRole on it must be',
      'allowed here. Check --old-role-arn and --old-external-id, and whether the role was created with another --name.',
    );
  }
  const missing = deniedAfterMove(answer);
  if (missing.length > 0)
    return new AfterMoveDenied(
      'The function reaches the old pool, but its role may not do the work after a move',
      {
        code: 'PROBE_DENIED',
        expected: 'UserNotFoundException from each call',
        found: names,
        hint: [`Its test call returned ${names}.`, ...afterMoveHints(answer, missing)],
      },
    );
  // Everything else is right.
  if (reachesOldPool({ ...answer, next: 'OK' })) return refuse(...noNext(answer));
  if (isDenied(answer)) {
    return refuse(
      'PROBE_DENIED',
      'its role lacks permissions',
      `The role needs ${requiredPermissions(answer)} on the old pool. A permissions boundary or a service control policy can deny them.`,
      ...(answer.assumeRole !== undefined && /AccessDenied/.test(answer.listUsers ?? '')
        ? [
            'After a handoff:  cognito-migrate handoff --update  writes the added permission for that account.',
          ]
        : []),
    );
  }
  if (answer.adminGetUser === 'ResourceNotFoundException') {
    return refuse(
      'PROBE_POOL_NOT_FOUND',
      "the pool doesn't exist there",
      'Check the old pool’s ID and its Region.',
    );
  }
  if (answer.adminInitiateAuth === 'ResourceNotFoundException') {
    return refuse(
      'PROBE_CLIENT_NOT_FOUND',
      'its app client is not in the old pool',
      'Check --old-client-id.',
    );
  }
  if (answer.adminInitiateAuth === 'InvalidParameterException') {
    return refuse(
      'PROBE_CLIENT_FLOW',
      'its app client does not allow admin sign-in with a password',
      'The client needs ALLOW_ADMIN_USER_PASSWORD_AUTH.',
    );
  }
  if (answer.adminInitiateAuth === 'ClientHasSecret') {
    return refuse(
      'PROBE_CLIENT_SECRET',
      'its app client has a secret',
      'The function has no secret to send. --old-client-id needs an app client without one.',
    );
  }
  return refuse('PROBE_FAILED', 'an unexpected answer');
}

/** Retries after such errors. They pass soon or not at all. */
const maxTransientRetries = 3;

class NotYet extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('not yet');
    this.answer = answer;
  }
}

/** Time that IAM takes to propagate a new change, in milliseconds. */
const iamPropagationMs = 120_000;
/**
 * Time limit if nothing was written, in milliseconds.
 * A denied action is then final, except for a role that was created a moment ago.
 */
export const unchangedLimitMs = 15_000;

/**
 * Passes, or throws CheckError with the reason.
 * Retries a denied action for a while, because IAM takes time to propagate changes.
 */
export async function probe(
  aws: Aws,
  functionName: string,
  onProgress: OnProgress,
  { within = iamPropagationMs, ...asked }: Asked & { readonly within?: number } = {},
): Promise<string> {
  const start = aws.clock.now();
  let transientFailures = 0;
  let last: Answer = { adminGetUser: '', adminInitiateAuth: '' };
  const isWorthAsking = (answer: Answer): boolean => {
    if (isDenied(answer)) return true;
    transientFailures += isTransient(answer) ? 1 : 0;
    return isTransient(answer) && transientFailures <= maxTransientRetries;
  };
  const attempt = async (): Promise<number> => {
    const began = aws.clock.now();
    const answer = await askFunction(aws.new.lambda, functionName, asked);
    last = answer;
    if (reachesOldPool(answer)) return aws.clock.now() - began;
    throw isWorthAsking(answer) ? new NotYet(answer) : refusal(answer, functionName);
  };
  try {
    const ms = await retry(attempt, (error) => error instanceof NotYet, {
      within,
      first: 1_000,
      longest: 10_000,
      clock: aws.clock,
      signal: aws.signal,
      onWait: () => {
        const waited = aws.clock.now() - start;
        onProgress(waitLine(describeWait(last), waited, { within }, isDenied(last)));
      },
    });
    return `the old pool answered the function (${Math.round(ms)} ms)`;
  } catch (error) {
    throw error instanceof NotYet ? refusal(error.answer, functionName) : error;
  }
}
