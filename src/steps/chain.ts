/**
 * The functions of several migrations into one pool (`--chain`). Each asks the next one about users whom its own old
 * pool doesn't know.
 */
import {
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { parseArn } from '../aws/arn.ts';
import type { Aws } from '../aws/clients.ts';
import { isNamed, undefinedIfNotFound } from '../aws/errors.ts';
import { functionTags } from '../aws/function/tags.ts';
import { noPreviousTrigger, previousTriggerTag, writeUndoRecord } from '../aws/function/undo-tags.ts';
import { functionReady, functionSettled } from '../aws/function/wait.ts';
import { oldPoolTag, poolTag } from '../aws/ownership.ts';
import { retry } from '../aws/retry.ts';
import type { Settings } from '../lambda/settings.ts';
import { decodeSettings, encodeSettings, SettingsError } from '../lambda/settings-codec.ts';

/** One function of a chain. */
export interface ChainMember {
  /** Without a version or alias. */
  readonly arn: string;
  readonly name: string;
  readonly oldUserPoolId: string;
  /** ARN of the function that it asks. */
  readonly next: string | undefined;
  /** Its work besides moving users, which needs a trigger of its own. */
  readonly extra: 'guard' | 'first-token' | undefined;
  /** ARN of its execution role. */
  readonly role: string | undefined;
}

/** Why a chain ends before its end. */
export type BreakReason = 'gone' | 'foreign' | 'unreadable' | 'circle' | 'too-long';

/** The functions that decide one after the other, from a first one. */
export interface Chain {
  readonly members: readonly ChainMember[];
  /** The function at which it breaks. Undefined if it is whole. */
  readonly broken?: { readonly arn: string; readonly why: BreakReason };
}

/** Three old pools at most, because each adds its time to a sign-in of five seconds. */
export const longestChain = 3;

/** The ARN of a function without a version or alias. */
export const unqualified = (arn: string): string => arn.split(':').slice(0, 7).join(':');

/**
 * Follows a chain. A function that isn't of a migration into this pool ends it, and so does an unreadable one.
 * @param first ARN of the first function.
 */
export async function readChain(lambda: LambdaClient, first: string, newUserPoolId: string): Promise<Chain> {
  const members: ChainMember[] = [];
  const end = (arn: string, why: BreakReason): Chain => ({ members, broken: { arn, why } });
  for (let arn: string | undefined = unqualified(first); arn !== undefined; ) {
    const here: string = arn;
    if (members.some((one) => one.arn === here)) return end(here, 'circle');
    if (members.length === longestChain) return end(here, 'too-long');
    const member = await readMember(lambda, here, newUserPoolId);
    if (typeof member === 'string') return end(here, member);
    members.push(member);
    arn = member.next;
  }
  return { members };
}

async function readMember(
  lambda: LambdaClient,
  arn: string,
  newUserPoolId: string,
): Promise<ChainMember | BreakReason> {
  let found: GetFunctionCommandOutput | undefined;
  try {
    const get = lambda.send(new GetFunctionCommand({ FunctionName: arn }));
    found = await undefinedIfNotFound(get, 'ResourceNotFoundException');
  } catch (error) {
    // It may be in another account, or not readable for this operator.
    if (isNamed(error, 'AccessDeniedException')) return 'unreadable';
    throw error;
  }
  if (found === undefined) return 'gone';
  const tags = await functionTags(lambda, arn, found);
  if (tags === undefined) return 'unreadable';
  const { Configuration } = found;
  const oldUserPoolId = tags[oldPoolTag];
  if (tags[poolTag] !== newUserPoolId || oldUserPoolId === undefined) return 'foreign';
  const settings = settingsIn(Configuration?.Environment?.Variables?.MIGRATION_SETTINGS);
  return {
    arn,
    name: nameIn(arn),
    oldUserPoolId,
    next: settings?.next,
    extra: extraOf(settings),
    role: Configuration?.Role,
  };
}

export const nameIn = (arn: string): string => parseArn(arn).resource.split(':')[1] ?? arn;

/** Undefined for settings that cannot be read. Such a function turns everyone away, and asks nobody. */
function settingsIn(text: string | undefined): Settings | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeSettings(text);
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

function extraOf(settings: Settings | undefined): ChainMember['extra'] {
  if (settings?.guard !== undefined) return 'guard';
  return settings?.afterMove?.groupsInFirstToken === true ? 'first-token' : undefined;
}

/** The function that this one asks now. Undefined if it asks none, or if its settings cannot be read. */
export const nextIn = (variables: Readonly<Record<string, string>> | undefined): string | undefined =>
  settingsIn(variables?.MIGRATION_SETTINGS)?.next;

/**
 * Makes another migration's function ask `next` instead of `ours`, or nobody. Its other settings stay as they are.
 * The tag goes first: if the run ends between the two calls, the chain still reaches ours, and the next run goes on.
 * @param previous The function that the other's teardown puts back on the trigger. Undefined: none.
 * @returns false if it no longer asks ours. Then nothing was changed.
 */
export async function passOver(
  aws: Pick<Aws, 'clock' | 'signal'> & { readonly new: Pick<Aws['new'], 'lambda'> },
  asker: string,
  ours: string,
  { next, previous }: { readonly next: string | undefined; readonly previous: string | undefined },
): Promise<boolean> {
  const { lambda } = aws.new;
  const get = lambda.send(new GetFunctionCommand({ FunctionName: asker }));
  const found = await undefinedIfNotFound(get, 'ResourceNotFoundException');
  if (nextIn(found?.Configuration?.Environment?.Variables) !== ours) return false;
  const replaced = found?.Tags?.[previousTriggerTag];
  if (replaced !== undefined && unqualified(replaced) === ours)
    await writeUndoRecord(lambda, asker, { [previousTriggerTag]: previous ?? noPreviousTrigger });
  const update = async (): Promise<boolean> => {
    const { Environment, RevisionId } = await functionSettled(aws, asker);
    const variables = Environment?.Variables ?? {};
    const settings = settingsIn(variables.MIGRATION_SETTINGS);
    if (settings?.next !== ours) return false;
    const { next: _ours, ...others } = settings;
    const text = encodeSettings({ ...others, ...(next !== undefined && { next }) });
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: asker,
        Environment: { Variables: { ...variables, MIGRATION_SETTINGS: text } },
        // Somebody else may update it at the same time.
        ...(RevisionId !== undefined && { RevisionId }),
      }),
    );
    return true;
  };
  const isDone = await retry(update, isChangedMeanwhile, {
    ...{ within: 60_000, first: 1_000, longest: 5_000 },
    clock: aws.clock,
    signal: aws.signal,
    onWait: () => undefined,
  });
  if (isDone) await functionReady(aws, asker);
  return isDone;
}

const isChangedMeanwhile = (error: unknown): boolean =>
  isNamed(error, 'ResourceConflictException', 'PreconditionFailedException');
