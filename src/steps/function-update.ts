/** Updates a function with two calls. Sign-ins continue between them. */
import {
  type Runtime,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import template from '../../templates/function.json' with { type: 'json' };
import type { Aws } from '../aws/clients.ts';
import { errorName } from '../aws/errors.ts';
import { probe } from '../aws/function/probe.ts';
import { dropUndoRecord } from '../aws/function/undo-tags.ts';
import { functionReady, functionSettled, roleNotReady } from '../aws/function/wait.ts';
import { missingTags, type TagMap } from '../aws/ownership.ts';
import { retry, waitLine } from '../aws/retry.ts';
import { fillTexts } from '../aws/templates.ts';
import { type Difference, differences, type Json, type JsonObject } from '../core/json.ts';
import type { OnProgress } from '../core/step.ts';
import type { Vars } from '../core/variables/index.ts';
import { endpointsFor } from './handler-settings.ts';
import { understands } from './older-function.ts';

/** The only environment variable that is not compared as plain text. */
export const settingsVariable = 'MIGRATION_SETTINGS';

export type Configuration = {
  /** '' for a container image, which has none. */
  readonly runtime: Runtime | '';
  readonly handler: string;
  readonly role: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Decoded, because the same settings can have two encodings. */
  readonly settings: JsonObject | null;
};
/** The properties that are compared. */
export type FunctionProps = Configuration & { readonly codeSha256: string; readonly tags: TagMap };

/**
 * The desired configuration.
 * @param settings Decoded SETTINGS.
 */
export function configurationOf(
  vars: Pick<
    Vars,
    | 'RUNTIME'
    | 'ROLE_ARN'
    | 'OLD_USER_POOL_ID'
    | 'OLD_USER_POOL_REGION'
    | 'OLD_CLIENT_ID'
    | 'NEW_USER_POOL_ID'
    | 'NEW_USER_POOL_ARN'
  > &
    Partial<Pick<Vars, 'OLD_ROLE_ARN' | 'OLD_EXTERNAL_ID'>>,
  settings: Configuration['settings'],
): Configuration {
  const hasAfterMove = settings?.afterMove !== undefined;
  return {
    runtime: vars.RUNTIME,
    handler: template.Handler,
    role: vars.ROLE_ARN,
    memoryMb: template.MemorySize,
    // The work after a move can take longer than a sign-in, whose own budget stays.
    timeoutSeconds: hasAfterMove ? template.AfterMoveTimeout : template.Timeout,
    environment: {
      ...fillTexts(template.Environment, {
        OLD_USER_POOL_ID: vars.OLD_USER_POOL_ID,
        OLD_USER_POOL_REGION: vars.OLD_USER_POOL_REGION,
        OLD_CLIENT_ID: vars.OLD_CLIENT_ID,
        OLD_POOL_ENDPOINTS: endpointsFor(vars, settings?.useFips === true),
      }),
      ...(hasAfterMove ? fillTexts(template.AfterMove, { NEW_USER_POOL_ID: vars.NEW_USER_POOL_ID }) : {}),
      ...(vars.OLD_ROLE_ARN === undefined || vars.OLD_EXTERNAL_ID === undefined
        ? {}
        : fillTexts(template.AcrossAccounts, {
            OLD_ROLE_ARN: vars.OLD_ROLE_ARN,
            OLD_EXTERNAL_ID: vars.OLD_EXTERNAL_ID,
          })),
    },
    settings,
  };
}

/** The members that express the configuration in both requests. */
export const toRequest = (want: Configuration, settings: string) => ({
  ...(want.runtime === '' ? {} : { Runtime: want.runtime }),
  Handler: want.handler,
  Role: want.role,
  MemorySize: want.memoryMb,
  Timeout: want.timeoutSeconds,
  Environment: { Variables: { ...want.environment, [settingsVariable]: settings } },
});

/** Longest waits in milliseconds: for a new role, and for someone else's update. */
const newRoleFor = { within: 300_000 };
const busyFor = { within: 60_000 };

/** Retries a call that gives the function a role, because the role may be new. */
export const withNewRole = <T>(
  { clock, signal }: Aws,
  onProgress: OnProgress,
  call: () => Promise<T>,
): Promise<T> =>
  retry(call, roleNotReady, {
    ...newRoleFor,
    first: 1_000,
    longest: 15_000,
    clock,
    signal,
    onWait: (ms) => onProgress(waitLine('IAM has to show Lambda the role', ms, newRoleFor, true)),
  });

/** Values of each switch, from least to most permissive. */
const switches: Readonly<Record<string, readonly Json[]>> = {
  'settings.mfa': ['block', 'reset', 'allow'],
  'settings.oldPoolMfa': ['ON', 'OPTIONAL', 'OFF'],
  'settings.forgotPassword': ['off', 'on'],
  'settings.onBadAttribute': ['refuse', 'drop'],
  'settings.weakPassword': ['reset', 'allow'],
};

/**
 * Paths where each entry grants a right or a feature.
 * An entry is an environment variable, or a rule that writes an attribute.
 */
const entries = [
  'environment.',
  'settings.map.rename.',
  'settings.map.set.',
  'settings.afterMove',
  'settings.next',
];

/** Rules that exclude attributes from the copy. */
const drops = 'settings.map.drop';

/** Values of the app that the old pool's triggers receive. */
const forwarded = 'settings.forwardClientMetadata';

/** The search for users by an address. */
const search = 'settings.findBy';

const itemsOf = (value: Json | undefined): readonly (Json | undefined)[] =>
  Array.isArray(value) ? value : [value];

function isTakenAway({ path, actual, expected }: Difference): boolean {
  const values = switches[path];
  if (values !== undefined && actual !== undefined && expected !== undefined)
    return values.indexOf(expected) < values.indexOf(actual);
  if (path.startsWith(drops)) return itemsOf(expected).some((item) => !itemsOf(actual).includes(item));
  if (path.startsWith(forwarded))
    return actual !== undefined && itemsOf(actual).some((item) => !itemsOf(expected).includes(item));
  if (path === search) return actual !== undefined;
  return expected === undefined && entries.some((start) => path.startsWith(start));
}

/**
 * Whether to update the configuration before the code.
 * True if the configuration removes a right or a feature. New code must not have it even for a second.
 * Otherwise the code goes first, because new code runs with the configuration of earlier versions.
 * The code also goes first if the current code would refuse the settings.
 * That code turns every user away over one unknown setting.
 * It goes first too if the function begins to search, since the test call asks new code whether IAM allows that.
 * @param code Hash of the current code.
 * @param differences Differences between the configurations, without the code.
 */
export const isConfigurationFirst = (
  code: string,
  settings: Json | undefined,
  differences: readonly Difference[],
): boolean => differences.some(isTakenAway) && !beginsToSearch(differences) && understands(code, settings);

/** Whether the function searches for users from now on (`--find-by`, `--map username=email`). Its role has just received the right. */
const beginsToSearch = (changes: readonly Difference[]): boolean =>
  changes.some(({ path, actual, expected }) =>
    path === search ? actual === undefined : path === 'settings.map.rename.username' && expected === 'email',
  );

/** Updates code and configuration. Lambda accepts the second call only after it finishes the first. */
export async function repairFunction({
  aws,
  want,
  live: { props: found, outputs },
  vars: { NAME: FunctionName, SETTINGS },
  onProgress,
}: {
  readonly aws: Aws;
  readonly want: FunctionProps;
  readonly live: { readonly props: FunctionProps; readonly outputs: Pick<Vars, 'LAMBDA_ARN'> };
  readonly vars: Pick<Vars, 'NAME' | 'SETTINGS'>;
  readonly onProgress: OnProgress;
}): Promise<void> {
  const { lambda } = aws.new;
  // Refused during another update: someone else's, or our own call whose answer was lost.
  const update = (send: () => Promise<unknown>) =>
    retry(
      async () => {
        await functionSettled(aws, FunctionName, undefined, onProgress);
        await send();
      },
      (error) => errorName(error) === 'ResourceConflictException',
      {
        ...busyFor,
        first: 1_000,
        longest: 5_000,
        clock: aws.clock,
        signal: aws.signal,
        onWait: (ms) => onProgress(waitLine('another update of the function is in progress', ms, busyFor)),
      },
    );
  const { codeSha256, tags, ...config } = want;
  const { codeSha256: foundSha256, tags: foundTags, ...foundConfig } = found;
  const changes = differences(foundConfig, config);
  const updateCode = async () => {
    if (codeSha256 === foundSha256) return;
    const code = new UpdateFunctionCodeCommand({ FunctionName, ZipFile: aws.handler.bytes });
    await update(() => lambda.send(code));
  };
  const updateConfiguration = async () => {
    if (changes.length === 0) return;
    // IAM takes time to propagate the right. Until then, a function that searches would turn everyone away.
    if (beginsToSearch(changes)) {
      await functionReady(aws, FunctionName, undefined, onProgress);
      await probe(aws, FunctionName, onProgress, { listUsers: true });
    }
    const command = new UpdateFunctionConfigurationCommand({ FunctionName, ...toRequest(config, SETTINGS) });
    await withNewRole(aws, onProgress, () => update(() => lambda.send(command)));
  };
  const isFirst = isConfigurationFirst(foundSha256, config.settings, changes);
  for (const send of isFirst ? [updateConfiguration, updateCode] : [updateCode, updateConfiguration])
    await send();
  const missing = missingTags(tags, foundTags);
  if (Object.keys(missing).length > 0) {
    await lambda.send(new TagResourceCommand({ Resource: outputs.LAMBDA_ARN, Tags: { ...missing } }));
  }
  const stale = Object.keys(foundTags).filter((key) => tags[key] === undefined);
  for (const key of stale) await dropUndoRecord(lambda, outputs.LAMBDA_ARN, key);
  await functionReady(aws, FunctionName, undefined, onProgress);
}
