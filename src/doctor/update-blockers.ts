import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import { poolFields, readOnlyPoolFields } from '../aws/user-pool/fields.ts';
import { deployedBy, iacNames } from '../aws/user-pool/iac.ts';
import type { PoolSnapshot } from '../aws/user-pool/read.ts';
import { senderKeyOf } from '../aws/user-pool/sender-key.ts';
import type { Finding } from '../core/findings.ts';
import { objectAt, stringAt, stringsAt } from '../core/json.ts';
import { printable } from '../core/printable.ts';
import { regionInPoolId } from '../core/variables/pool-id.ts';

/** Facts beyond the pool itself. */
export interface BlockerContext {
  /** Import jobs that run now. */
  readonly importJobs?: readonly UserImportJobType[];
}

/** Reasons why an update of this pool would fail or be undone. Makes no calls. */
export function updateBlockers(snapshot: PoolSnapshot, context: BlockerContext = {}): Finding[] {
  return [
    ...brokenSms(snapshot),
    ...importing(context.importJobs ?? []),
    ...replica(snapshot),
    ...attributeUpdates(snapshot),
    ...brokenEmail(snapshot),
    ...deployed(snapshot),
    ...unknownSettings(snapshot),
    ...hiddenPermissions(snapshot),
    ...senderKey(snapshot),
  ];
}

function brokenSms({ raw }: PoolSnapshot): Finding[] {
  const failure = stringAt(raw, 'SmsConfigurationFailure');
  if (failure === undefined) return [];
  return [
    {
      id: 'CM301',
      severity: 'blocking',
      what: `The pool cannot send text messages: ${printable(failure)}.`,
      why: 'Cognito checks the role for text messages at every update of the pool, and refuses the update if the role does not work (AWS API reference, UpdateUserPool).',
      fix: 'Repair the trust relationship and the permissions of the role in SmsConfiguration, or turn off text messages in the pool.',
    },
  ];
}

function importing(jobs: readonly UserImportJobType[]): Finding[] {
  return jobs.map(({ JobName, JobId, Status }) => ({
    id: 'CM302',
    severity: 'blocking',
    what: `The import job ${printable(JobName ?? JobId ?? '')} is ${Status ?? 'running'}.`,
    why: 'A pool cannot be updated while an import into it runs (UserImportInProgressException).',
    fix: 'Wait until the job ends, or stop it. Then run the same command again.',
  }));
}

function replica({ raw }: PoolSnapshot): Finding[] {
  const home = regionInPoolId(stringAt(raw, 'Id') ?? '');
  const here = stringAt(raw, 'Arn')?.split(':')[3];
  if (home === undefined || here === undefined || home === here) return [];
  return [
    {
      id: 'CM303',
      severity: 'blocking',
      what: `This is the replica of the pool in ${here}. The Region of the pool itself is ${home}.`,
      why: 'Settings cannot be changed in the Region of a replica (OperationNotEnabledException).',
      fix: `Use the pool in ${home}.`,
    },
  ];
}

function attributeUpdates({ raw }: PoolSnapshot): Finding[] {
  const verified = stringsAt(raw, 'AutoVerifiedAttributes') ?? [];
  const required =
    stringsAt(objectAt(raw, 'UserAttributeUpdateSettings'), 'AttributesRequireVerificationBeforeUpdate') ??
    [];
  const missing = required.filter((name) => !verified.includes(name));
  if (missing.length === 0) return [];
  return [
    {
      id: 'CM304',
      severity: 'blocking',
      what: `${printable(missing.join(' and '))} must be verified before an update, but is not verified automatically.`,
      why: 'Cognito refuses every update of a pool in this state: "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes" (aws/aws-cli#7151).',
      fix: `Turn on automatic verification of ${printable(missing.join(' and '))}, or remove it from AttributesRequireVerificationBeforeUpdate.`,
    },
  ];
}

function brokenEmail({ raw }: PoolSnapshot): Finding[] {
  const failure = stringAt(raw, 'EmailConfigurationFailure');
  if (failure === undefined) return [];
  return [
    {
      id: 'CM305',
      severity: 'warning',
      what: `The pool cannot send email: ${printable(failure)}.`,
      why: 'Users who forget their password get no code, and Cognito may refuse the update.',
      fix: 'Repair the identity or role in EmailConfiguration.',
    },
  ];
}

function deployed({ pool }: PoolSnapshot): Finding[] {
  const tool = deployedBy(pool.UserPoolTags ?? {}, pool.Name ?? '');
  if (tool === undefined) return [];
  return [
    {
      id: 'CM310',
      severity: 'warning',
      what: `The pool was deployed with ${iacNames[tool]}, according to its tags or name.`,
      why: 'A later deployment may overwrite the settings of the pool and remove a trigger that its code lacks (serverless/serverless#9635).',
      fix: 'Add the trigger to that code too.',
    },
  ];
}

function unknownSettings({ raw }: PoolSnapshot): Finding[] {
  const known = new Set<string>([
    ...Object.values(poolFields).map(({ from }) => from),
    ...Object.keys(readOnlyPoolFields),
  ]);
  const unknown = Object.keys(raw).filter((key) => !known.has(key));
  if (unknown.length === 0) return [];
  return [
    {
      id: 'CM320',
      severity: 'info',
      what: `The pool has settings that this version does not know: ${unknown.join(', ')}.`,
      why: 'The program sends them back unchanged, and compares them after the update.',
      fix: 'Use the newest version if AWS refuses the update: npx cognito-migrate@latest',
    },
  ];
}

function senderKey({ raw }: PoolSnapshot): Finding[] {
  const key = senderKeyOf(raw);
  if (key === undefined) return [];
  return [
    {
      id: 'CM321',
      severity: 'info',
      what: `Updating this pool may need kms:CreateGrant on ${key}.`,
      why: 'The principal that updates a pool with custom senders creates the grant for their key (Developer Guide, "Custom sender Lambda triggers").',
      fix: `Allow it with kms:EncryptionContext:userpool-id = ${stringAt(raw, 'Id') ?? ''}, as cognito-migrate policy prints it. The key policy must allow it too. A denied update changes nothing.`,
    },
  ];
}

/** Permissions that the update requires for settings that it sends back unchanged. */
function hiddenPermissions({ raw }: PoolSnapshot): Finding[] {
  const sms = objectAt(raw, 'SmsConfiguration');
  const role = stringAt(sms, 'SnsCallerArn') ?? stringAt(objectAt(sms, 'EumsSms'), 'CallerArn');
  const sender = stringAt(objectAt(raw, 'EmailConfiguration'), 'EmailSendingAccount');
  const needed = [
    ...(role === undefined ? [] : [`iam:PassRole on ${role}`]),
    ...(sender === 'DEVELOPER' ? ['iam:CreateServiceLinkedRole for email.cognito-idp.amazonaws.com'] : []),
  ];
  return needed.map((permission) => ({
    id: 'CM321',
    severity: 'info',
    what: `Updating this pool may need ${permission}.`,
    why: 'An update sends the whole configuration, and Cognito requires the permissions for all of its parts.',
    fix: 'Nothing to do, unless AWS denies the update. Then allow this permission. A denied update changes nothing.',
  }));
}
