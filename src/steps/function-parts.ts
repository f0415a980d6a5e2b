/** Function settings that init did not set, and their effect on passwords that pass through it. */
import type { FunctionConfiguration, GetFunctionResponse } from '@aws-sdk/client-lambda';
import { parseArn } from '../aws/arn.ts';
import type { Addition } from '../core/additions.ts';
import { type Json, toJsonObject } from '../core/json.ts';
import { quoted } from '../core/shell.ts';
import { logGroupName } from './names.ts';

/** The value of a part, its effect, and the options of update-function-configuration that remove it. */
interface Part {
  readonly found: Json;
  readonly means: string;
  readonly options: string;
  /** Passwords can leak this way. */
  readonly isOpen: boolean;
}

/**
 * The treatment of one member of the configuration.
 * `compared`: the step compares it.
 * `silent`: it says nothing about the settings, or its other values do no harm.
 * A function returns the part if it differs from a function that init created.
 */
type Rule = 'compared' | 'silent' | ((args: FunctionConfiguration, name: string) => Part | undefined);

const texts = (values: readonly (string | undefined)[] | undefined): string[] =>
  (values ?? []).filter((value) => value !== undefined);

const json = (value: object): Json => toJsonObject(value);

/** A rule for every member of FunctionConfiguration. A newer SDK's new member needs one to compile. */
const rules: Readonly<Record<keyof FunctionConfiguration, Rule>> = {
  FunctionName: 'silent',
  FunctionArn: 'silent',
  Runtime: 'compared',
  Role: 'compared',
  Handler: 'compared',
  CodeSize: 'silent',
  Description: 'silent',
  Timeout: 'compared',
  MemorySize: 'compared',
  LastModified: 'silent',
  CodeSha256: 'compared',
  Version: 'silent',
  Environment: 'compared',
  MasterArn: 'silent',
  RevisionId: 'silent',
  State: 'silent',
  StateReason: 'silent',
  StateReasonCode: 'silent',
  LastUpdateStatus: 'silent',
  LastUpdateStatusReason: 'silent',
  LastUpdateStatusReasonCode: 'silent',
  // Lambda may require signed code, or not. The hash identifies the code in either case.
  SigningProfileVersionArn: 'silent',
  SigningJobArn: 'silent',
  Architectures: 'silent',
  // Every function has one, pinned or not. GetRuntimeManagementConfig says which (function-entrances.ts).
  RuntimeVersionConfig: 'silent',
  ConfigSha256: 'silent',

  Layers: ({ Layers = [] }) =>
    part(texts(Layers.map(({ Arn }) => Arn)), {
      means: 'The code of a layer runs in the function. It can read every password.',
      options: '--layers []',
      isOpen: true,
    }),
  FileSystemConfigs: ({ FileSystemConfigs = [] }) =>
    part(texts(FileSystemConfigs.map(({ Arn }) => Arn)), {
      means:
        'The function can load code from it, and write to it. Others who mount it can read the same files.',
      options: '--file-system-configs []',
      isOpen: true,
    }),
  PackageType: ({ PackageType = 'Zip' }) =>
    PackageType === 'Zip'
      ? undefined
      : {
          found: PackageType,
          means:
            'A container image handles every password instead of our code. Delete the function, and run init.',
          options: '',
          isOpen: true,
        },
  ImageConfigResponse: 'silent', // only container images have one
  DeadLetterConfig: ({ DeadLetterConfig }) =>
    part(texts([DeadLetterConfig?.TargetArn]), {
      means: 'Events of failed asynchronous calls go there, with the password in them.',
      options: '--dead-letter-config TargetArn=',
      isOpen: true,
    }),
  VpcConfig: ({ VpcConfig }) =>
    VpcConfig === undefined || (VpcConfig.SubnetIds ?? []).length === 0
      ? undefined
      : {
          found: json(VpcConfig),
          means:
            'Requests pass through that network. TLS protects passwords there unless certificates are changed too.',
          options: '--vpc-config SubnetIds=[],SecurityGroupIds=[]',
          isOpen: false,
        },
  TracingConfig: ({ TracingConfig: { Mode = 'PassThrough' } = {} }) =>
    Mode === 'PassThrough'
      ? undefined
      : {
          found: Mode,
          means: 'AWS X-Ray records when the function runs. It records no passwords.',
          options: '--tracing-config Mode=PassThrough',
          isOpen: false,
        },
  LoggingConfig: ({ LoggingConfig: logging = {} }, name) =>
    (logging.LogGroup ?? logGroupName({ NAME: name })) === logGroupName({ NAME: name }) &&
    (logging.LogFormat ?? 'Text') === 'Text'
      ? undefined
      : {
          found: json(logging),
          means: 'The log has no passwords, but logs and status no longer see all of it.',
          options: `--logging-config LogFormat=Text,LogGroup=${logGroupName({ NAME: name })}`,
          isOpen: false,
        },
  KMSKeyArn: ({ KMSKeyArn }) =>
    part(texts([KMSKeyArn]), {
      means:
        "This key encrypts the function's settings. Without the key, users who haven't moved can't sign in.",
      options: '--kms-key-arn ""',
      isOpen: false,
    }),
  EphemeralStorage: ({ EphemeralStorage: { Size } = { Size: 512 } }) =>
    Size === undefined || Size === 512
      ? undefined
      : {
          found: Size ?? null,
          means: 'The function writes no files, so it needs no more space than that.',
          options: '--ephemeral-storage Size=512',
          isOpen: false,
        },
  SnapStart: ({ SnapStart: { ApplyOn = 'None' } = {} }) =>
    ApplyOn === 'None'
      ? undefined
      : {
          found: ApplyOn,
          means: 'Lambda keeps images of the memory of published versions. The trigger uses none of them.',
          options: '--snap-start ApplyOn=None',
          isOpen: false,
        },
  TenancyConfig: ({ TenancyConfig }) => unknown(TenancyConfig),
  CapacityProviderConfig: ({ CapacityProviderConfig }) => unknown(CapacityProviderConfig),
  DurableConfig: ({ DurableConfig }) => unknown(DurableConfig),
};

function part(found: readonly string[], rest: Omit<Part, 'found'>): Part | undefined {
  return found.length === 0 ? undefined : { found: found.length === 1 ? (found[0] ?? '') : found, ...rest };
}

/** Lambda fixes these at creation. A function that has one was created by another program. */
const unknown = (found: object | undefined): Part | undefined =>
  found && {
    found: json(found),
    means: 'Only a function that init did not create has this. Delete the function, and run init.',
    options: '',
    isOpen: true,
  };

/** Settings that init did not set, apart from environment variables and compared settings. */
export function addedParts(found: FunctionConfiguration, name: string): Addition[] {
  return Object.entries(rules).flatMap(([member, rule]) => {
    const added = typeof rule === 'function' ? rule(found, name) : undefined;
    return added === undefined ? [] : [additionOf(member, added, found, name)];
  });
}

function additionOf(
  member: string,
  { found, means, options, isOpen }: Part,
  { FunctionArn = '' }: FunctionConfiguration,
  name: string,
): Addition {
  const command = options === '' ? 'delete-function' : 'update-function-configuration';
  return {
    path: pathOf(member),
    found,
    means,
    remove: [lambdaCommand(command, name, FunctionArn), options].join(' ').trimEnd(),
    finding: isOpen ? 'CM410' : 'CM411',
  };
}

/** A rule for every member of GetFunction's answer. A newer SDK's new member needs one to compile. */
const answerRules: Readonly<
  Record<keyof GetFunctionResponse, 'compared' | 'silent' | ((found: GetFunctionResponse) => AnswerPart)>
> = {
  Configuration: 'compared', // by the rules above
  Code: 'silent', // the hash identifies it
  Tags: 'compared',
  TagsError: 'silent',
  Concurrency: ({ Concurrency }) => reserved(Concurrency?.ReservedConcurrentExecutions),
};

type AnswerPart = (Pick<Addition, 'found' | 'means'> & { readonly command: string }) | undefined;

const reserved = (most: number | undefined): AnswerPart =>
  most === undefined
    ? undefined
    : {
        found: most,
        means:
          most === 0
            ? 'Lambda never runs it, so nobody moves.'
            : `Lambda runs at most ${most} sign-ins at the same time. Further ones fail.`,
        command: 'delete-function-concurrency',
      };

/** Settings beside the configuration, in GetFunction's answer, that init did not set. */
export function addedBeside(found: GetFunctionResponse, name: string): Addition[] {
  const { FunctionArn = '' } = found.Configuration ?? {};
  return Object.entries(answerRules).flatMap(([member, rule]) => {
    const added = typeof rule === 'function' ? rule(found) : undefined;
    if (added === undefined) return [];
    const { command, ...rest } = added;
    const remove = lambdaCommand(command, name, FunctionArn);
    return [{ path: pathOf(member), ...rest, remove, finding: 'CM411' as const }];
  });
}

/** For example, `kmsKeyArn` for KMSKeyArn. */
const pathOf = (member: string): string =>
  member.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase());

/** The command `aws lambda COMMAND` for this function, in its Region. */
export const lambdaCommand = (command: string, name: string, arn: string): string =>
  `aws lambda ${command} --function-name ${quoted(name)} --region ${quoted(parseArn(arn).region)}`;
