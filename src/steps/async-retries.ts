/**
 * How Lambda repeats the function's own events, which do the work after a user has moved.
 * The defaults of Lambda differ, and an old event must not give anyone a right.
 */
import {
  DeleteFunctionEventInvokeConfigCommand,
  type FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { functionUrl } from '../aws/console-url.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { limits, noEffect } from '../core/effects.ts';
import { toJsonObject } from '../core/json.ts';
import { lifecycle } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep } from './define-step.ts';
import { worksAfterMove } from './group-plan.ts';
import { functionArn } from './names.ts';

type Props = { readonly maximumRetryAttempts: number; readonly maximumEventAgeSeconds: number };

/** Lambda repeats after one and two minutes. The function itself copies nothing after 15 minutes. */
const wanted: Props = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 900 };

const toRequest = ({ NAME }: Pick<Vars, 'NAME'>, props: Props) => ({
  FunctionName: NAME,
  MaximumRetryAttempts: props.maximumRetryAttempts,
  MaximumEventAgeInSeconds: props.maximumEventAgeSeconds,
});

const propsOf = (found: FunctionEventInvokeConfig): Props => ({
  // The defaults of Lambda (API_PutFunctionEventInvokeConfig).
  maximumRetryAttempts: found.MaximumRetryAttempts ?? 2,
  maximumEventAgeSeconds: found.MaximumEventAgeInSeconds ?? 21_600,
});

export const asyncRetries = defineStep({
  id: 'async-retries',
  title: 'retries',
  effects: {
    missing: noEffect('Lambda repeats failed runs after a move by its own defaults.'),
    drifted: limits('Lambda may not repeat a failed run after a move. The work for that user stays undone.'),
    foreign: limits('Lambda may not repeat a failed run after a move. The work for that user stays undone.'),
  },
  kind: 'create',
  consoleUrl: (inputs) => functionUrl(functionArn(inputs)),
  requires: ['NAME', 'NEW_USER_POOL_ARN', 'LAMBDA_ARN'],
  outputs: [],
  parent: 'lambda-function',
  after: ['lambda-function'],
  when: worksAfterMove,
  cleanup: { deletedWith: 'lambda-function' },
  permissions: [
    {
      sid: 'SetHowLambdaRepeatsTheWorkAfterAMove',
      when: ({ GROUPS, MOVE_ONCE }) => GROUPS !== undefined || MOVE_ONCE !== undefined,
      actions: {
        'lambda:GetFunctionEventInvokeConfig': lifecycle,
        'lambda:PutFunctionEventInvokeConfig': ['init'],
        'lambda:DeleteFunctionEventInvokeConfig': ['finish'],
      },
      resource: functionArn,
    },
  ],
  describe: () =>
    `${wanted.maximumRetryAttempts} after a failed run, for at most ${wanted.maximumEventAgeSeconds / 60} minutes`,

  desired: (): Props => wanted,

  iac: ({ vars }) => ({
    type: 'async-retries',
    calls: [{ operation: 'PutFunctionEventInvokeConfig', input: toJsonObject(toRequest(vars, wanted)) }],
  }),

  async read({ aws, vars }) {
    const found = await undefinedIfNotFound(
      aws.new.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: vars.NAME })),
      'ResourceNotFoundException',
    );
    return found && { props: propsOf(found), outputs: {}, ownership: 'ours' as const };
  },

  async write({ aws, want, vars }) {
    const { lambda } = aws.new;
    // The request replaces the destinations too, and those of others are theirs.
    const found = await undefinedIfNotFound(
      lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: vars.NAME })),
      'ResourceNotFoundException',
    );
    const request = {
      ...toRequest(vars, want),
      ...(found?.DestinationConfig === undefined ? {} : { DestinationConfig: found.DestinationConfig }),
    };
    await lambda.send(new PutFunctionEventInvokeConfigCommand(request));
    return { outputs: {} };
  },

  async remove({ aws, vars }) {
    const gone = aws.new.lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName: vars.NAME }));
    await undefinedIfNotFound(gone, 'ResourceNotFoundException');
    return undefined;
  },
});
