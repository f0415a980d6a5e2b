/** The function for the new pool's user-migration trigger. */

import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  type LambdaClient,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import template from '../../templates/function.json' with { type: 'json' };
import type { Aws } from '../aws/clients.ts';
import { functionUrl } from '../aws/console-url.ts';
import { requireField, undefinedIfNotFound } from '../aws/errors.ts';
import { AfterMoveDenied, probe } from '../aws/function/probe.ts';
import { functionTags } from '../aws/function/tags.ts';
import { withAlarms } from '../aws/function/undo-tags.ts';
import { functionReady } from '../aws/function/wait.ts';
import { ownerOf, ownTags } from '../aws/ownership.ts';
import { readPool, undoTrigger } from '../aws/user-pool/index.ts';
import type { SelfTestFacts } from '../core/cleanup.ts';
import { limits, stops } from '../core/effects.ts';
import { CheckError } from '../core/errors.ts';
import { lifecycle, poolTasks } from '../core/permission.ts';
import type { OnProgress } from '../core/step.ts';
import type { Vars } from '../core/variables/index.ts';
import { dropRights } from './chain-links.ts';
import { defineStep } from './define-step.ts';
import { addedEntrances } from './function-entrances.ts';
import { functionMeans, shownVariables } from './function-meaning.ts';
import { addedBeside, addedParts } from './function-parts.ts';
import {
  configurationOf,
  type FunctionProps,
  repairFunction,
  settingsVariable,
  toRequest,
  withNewRole,
} from './function-update.ts';
import { addedMappings, placeOf } from './function-versions.ts';
import { functionArn, isCrossAccount, roleArn } from './names.ts';
import { olderCodeMeans } from './older-function.ts';
import { settingsOf } from './settings-text.ts';

export const lambdaFunction = defineStep({
  id: 'lambda-function',
  title: 'function',
  effects: {
    missing: stops('the function is missing'),
    drifted: limits('Users may move by other rules than yours.'),
    foreign: stops('the function of this name does not belong to this migration'),
  },
  consoleUrl: (inputs) => functionUrl(functionArn(inputs)),
  kind: 'create',
  requires: [
    'ROLE_ARN',
    'OLD_CLIENT_ID',
    'OLD_USER_POOL_ID',
    'OLD_USER_POOL_REGION',
    'NEW_USER_POOL_ID',
    'NEW_USER_POOL_ARN',
    'NAME',
    'TAGS',
    'RUNTIME',
    'CODE_SHA256',
    'SETTINGS',
  ],
  optional: ['OLD_ROLE_ARN', 'OLD_EXTERNAL_ID', 'OLD_USER_POOL_ARN', 'ALARMS', 'CHAIN_LINKS'],
  requiredWhen: (inputs) => (isCrossAccount(inputs) ? ['OLD_ROLE_ARN', 'OLD_EXTERNAL_ID'] : []),
  outputs: ['LAMBDA_ARN'],
  cleanup: {
    kind: 'function',
    listAction: 'lambda:ListFunctions',
    async list({ side: { lambda: client } }, prefix) {
      const names: string[] = [];
      for await (const { Functions = [] } of paginateListFunctions({ client }, {}))
        names.push(...Functions.flatMap(({ FunctionName }) => FunctionName ?? []));
      return names.filter((name) => name.startsWith(prefix));
    },
    async find({ side: { lambda } }, name) {
      const found = lambda.send(new GetFunctionCommand({ FunctionName: name }));
      const here = await undefinedIfNotFound(found, 'ResourceNotFoundException');
      return here && { name, id: name, tags: here.Tags };
    },
    remove: ({ side: { lambda } }, name) => deleteFunction(lambda, name),
    permissions: [
      {
        sid: 'MakeDisturbAndDeleteFunctions',
        actions: [
          'lambda:CreateFunction',
          'lambda:GetFunction',
          'lambda:GetFunctionConfiguration',
          'lambda:UpdateFunctionConfiguration',
          'lambda:InvokeFunction',
          'lambda:DeleteFunction',
          'lambda:TagResource',
          'lambda:UntagResource',
          'lambda:ListTags',
          'lambda:GetPolicy',
          'lambda:ListFunctionUrlConfigs',
          'lambda:ListFunctionEventInvokeConfigs',
          'lambda:ListVersionsByFunction',
          'lambda:ListAliases',
          'lambda:GetRuntimeManagementConfig',
          'lambda:RemovePermission',
        ],
        resource: selfTestFunctions,
      },
      {
        sid: 'SeeWhichQueuesStartThem',
        actions: ['lambda:ListEventSourceMappings'],
        resource: () => '*',
      },
      {
        sid: 'LetCognitoInvokeThem',
        actions: ['lambda:AddPermission'],
        resource: selfTestFunctions,
        condition: () => ({ StringEquals: { 'lambda:Principal': 'cognito-idp.amazonaws.com' } }),
      },
    ],
  },
  permissions: [
    {
      sid: 'GiveTheRoleToLambdaOnly',
      actions: { 'iam:PassRole': ['init'] },
      resource: roleArn,
      condition: () => ({ StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }),
    },
    {
      sid: 'MakeProbeAndRehearseTheFunction',
      actions: {
        'lambda:CreateFunction': ['init'],
        'lambda:GetFunction': poolTasks,
        'lambda:GetFunctionConfiguration': ['init', 'import'],
        'lambda:UpdateFunctionCode': ['init'],
        'lambda:UpdateFunctionConfiguration': ['init'],
        'lambda:InvokeFunction': ['init', 'watch'],
        'lambda:RemovePermission': ['init', 'finish'],
        'lambda:TagResource': ['init', 'finish', 'sync'], // undo records are tags, and one tag can hold nine
        'lambda:UntagResource': ['init', 'finish'],
        'lambda:ListTags': poolTasks,
        'lambda:DeleteFunction': ['finish'],
      },
      resource: functionArn,
    },
    {
      // unmark leaves its time there, so that sync closes nobody again.
      sid: 'RecordWhatUnmarkTakesBack',
      when: ({ MOVE_ONCE }) => MOVE_ONCE !== undefined,
      actions: { 'lambda:TagResource': ['watch'] },
      resource: functionArn,
    },
    {
      sid: 'SeeWhatOthersAddedToTheFunction',
      actions: {
        'lambda:ListFunctionUrlConfigs': lifecycle,
        'lambda:ListFunctionEventInvokeConfigs': lifecycle,
        'lambda:ListVersionsByFunction': lifecycle,
        'lambda:ListAliases': lifecycle,
        'lambda:GetRuntimeManagementConfig': lifecycle,
        'lambda:GetPolicy': lifecycle,
      },
      resource: (names) => [functionArn(names), `${functionArn(names)}:*`], // versions and aliases too
    },
  ],
  alreadyExistsErrors: ['ResourceConflictException'],
  // The log group goes first: Lambda's own has no retention. So do the attribute and the groups: the function uses them.
  after: ['log-group', 'old-sub-attribute', 'moved-marks', 'groups'],
  describe: (inputs) => `${inputs.NAME}   ${inputs.RUNTIME}  ${template.MemorySize} MB`,

  desired: ({ vars, live }): FunctionProps => ({
    // Without SETTINGS, a pool is gone.
    ...configurationOf(vars, vars.SETTINGS === '' && live ? live.settings : settingsOf(vars.SETTINGS)),
    codeSha256: vars.CODE_SHA256,
    tags: { ...withAlarms(live?.tags, vars.ALARMS), ...ownTags(vars) }, // undo records are tags too
  }),

  iac: ({ want, vars }) => ({
    type: 'function',
    calls: [{ operation: 'CreateFunction', input: newFunction(want, vars) }],
  }),

  async read({ aws, vars }) {
    const { lambda } = aws.new;
    const reading = lambda.send(new GetFunctionCommand({ FunctionName: vars.NAME }));
    const [found, mappings] = await Promise.all([
      undefinedIfNotFound(reading, 'ResourceNotFoundException'),
      addedMappings(lambda, placeOf(vars)), // they outlive the function, and start the next one of that name
    ]);
    if (found?.Configuration === undefined) return mappings;
    const LAMBDA_ARN = requireField(found.Configuration.FunctionArn, "the function's ARN");
    const [tags, entrances] = await Promise.all([
      functionTags(lambda, LAMBDA_ARN, found),
      addedEntrances(lambda, placeOf(vars), mappings),
    ]);
    return {
      props: { ...propsOf(found.Configuration), tags: tags ?? {} },
      outputs: { LAMBDA_ARN },
      owner: LAMBDA_ARN,
      ...ownerOf(tags, vars),
      additions: [
        ...addedParts(found.Configuration, vars.NAME),
        ...addedBeside(found, vars.NAME),
        ...entrances.additions,
      ],
      notices: entrances.notices,
    };
  },

  means: (difference) => olderCodeMeans(difference) ?? functionMeans(difference.path),

  async write({ aws, want, live, vars, onProgress }) {
    if (live === undefined)
      return { outputs: { LAMBDA_ARN: await create(aws, newFunction(want, vars), onProgress) } };
    await repairFunction({ aws, want, live, vars, onProgress });
    return { outputs: live.outputs };
  },

  async remove({ aws, vars }) {
    const denied = await dropRights(aws, vars);
    await deleteFunction(aws.new.lambda, vars.NAME);
    if (denied.length === 0) return undefined;
    return `removed; init of ${denied.join(' and ')} removes the right to call it, which IAM denied`;
  },

  // The test call doesn't depend on other permissions to invoke the function.
  checkRequires: ['policy-attachments', 'old-account-role'],
  async check({ aws, vars, onProgress }) {
    await functionReady(aws, vars.NAME, justMade.get(aws), onProgress);
    return probe(aws, vars.NAME, onProgress).catch(async (error: unknown) => {
      throw error instanceof CheckError ? await withConsequence(aws, vars, error) : error;
    });
  },
});

function selfTestFunctions({ partition, region, account, names }: SelfTestFacts): string {
  return `arn:${partition}:lambda:${region}:${account}:function:${names}`;
}

async function deleteFunction(lambda: LambdaClient, FunctionName: string): Promise<void> {
  const gone = lambda.send(new DeleteFunctionCommand({ FunctionName }));
  await undefinedIfNotFound(gone, 'ResourceNotFoundException');
}

/** Adds the consequence: none before the trigger is set. Afterwards, every sign-in calls this function. */
async function withConsequence(
  aws: Aws,
  { NEW_USER_POOL_ID, LAMBDA_ARN }: Pick<Vars, 'NEW_USER_POOL_ID' | 'LAMBDA_ARN'>,
  cause: CheckError,
): Promise<CheckError> {
  const { code, expected, found, hint } = cause;
  const read = await readPool(aws.new.idp, NEW_USER_POOL_ID).catch(() => undefined); // the check's own error counts
  if (read === undefined) return cause;
  const isLive = undoTrigger(read.pool.LambdaConfig?.UserMigration, LAMBDA_ARN).action === 'write';
  const effect =
    cause instanceof AfterMoveDenied
      ? 'Users still move. Until the function has the rights, their groups are not copied, and their old users stay open.'
      : "Until it works, users who haven't moved can't sign in.";
  const consequence = isLive
    ? [`The trigger calls this function. ${effect}`]
    : ['Nothing in a live pool was changed.'];
  return new CheckError(cause.message, { code, expected, found, hint: [...hint, ...consequence], cause });
}

function propsOf(found: FunctionConfiguration): Omit<FunctionProps, 'tags'> {
  const { [settingsVariable]: settings, ...environment } = found.Environment?.Variables ?? {};
  return {
    runtime: found.Runtime ?? '',
    handler: found.Handler ?? '',
    role: found.Role ?? '',
    memoryMb: found.MemorySize ?? 0,
    timeoutSeconds: found.Timeout ?? 0,
    environment: shownVariables(environment),
    settings: settingsOf(settings),
    codeSha256: found.CodeSha256 ?? '',
  };
}

/** The input of CreateFunction, without the code. */
const newFunction = (want: FunctionProps, vars: Pick<Vars, 'NAME' | 'SETTINGS'>) => ({
  FunctionName: vars.NAME,
  Description: 'Migrates users at sign-in (cognito-migrate)',
  Tags: { ...want.tags },
  ...toRequest(want, vars.SETTINGS),
});

async function create(
  aws: Aws,
  request: ReturnType<typeof newFunction>,
  onProgress: OnProgress,
): Promise<string> {
  const command = new CreateFunctionCommand({ ...request, Code: { ZipFile: aws.handler.bytes } });
  const made = await withNewRole(aws, onProgress, () => aws.new.lambda.send(command));
  justMade.set(aws, made);
  return requireField(made.FunctionArn, "the function's ARN");
}

/** The answer of CreateFunction, by run. The check starts with it instead of the same request. */
const justMade = new WeakMap<Aws, FunctionConfiguration>();
