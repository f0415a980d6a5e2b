/** What to know before an import, and what prevents it. */
import { readOptional } from '../../../aws/optional-read.ts';
import {
  importRunning,
  isRunningImport,
  listImportJobs,
  type PoolSnapshot,
} from '../../../aws/user-pool/index.ts';
import { type ClientSnapshot, readClient } from '../../../aws/user-pool-client/index.ts';
import { CheckError } from '../../../core/errors.ts';
import { type Finding, findingTitles } from '../../../core/findings.ts';
import { printable } from '../../../core/printable.ts';
import { regionInPoolId } from '../../../core/variables/pool-id.ts';
import { isOwnJob } from '../../../users/import/chunks.ts';
import type { Migration } from '../../migration/read-migration.ts';

/**
 * The findings about an import into this pool.
 * @throws ConflictError (IMPORT_RUNNING) while somebody else's job runs.
 */
export async function preflight(
  { aws, inputs }: Migration,
  newPool: PoolSnapshot,
): Promise<readonly Finding[]> {
  const { idp } = aws.new;
  const { NEW_USER_POOL_ID: poolId, NEW_CLIENT_IDS: clientIds, OLD_USER_POOL_ID } = inputs;
  const reading = clientIds.map((id) => readOptional(readClient(idp, poolId, id, clientIds.length)));
  const [jobs, clients] = await Promise.all([listImportJobs(idp, poolId), Promise.all(reading)]);
  const foreign = jobs.find((job) => isRunningImport(job) && !isOwnJob(job, OLD_USER_POOL_ID));
  if (foreign !== undefined) throw importRunning(foreign);
  return [
    ...unableToStart(newPool),
    ...hiddenReset(clients.flatMap((one) => one?.client ?? [])),
    ...fewEmails(newPool),
    ...mfaRequired(newPool),
  ];
}

/** Throws CheckError for the first finding that no import can do with. */
export function assertImportable(findings: readonly Finding[]): void {
  const first = findings.find(({ severity }) => severity === 'blocking');
  if (first === undefined) return;
  throw new CheckError(`${findingTitles[first.id]}: ${first.what}`, {
    code: first.id,
    hint: [first.why, first.fix, 'Nothing was changed.'],
  });
}

function unableToStart({ pool }: PoolSnapshot): Finding[] {
  const [home, here] = [regionInPoolId(pool.Id ?? ''), pool.Arn?.split(':')[3]];
  if (home !== undefined && here !== undefined && home !== here)
    return [
      {
        id: 'CM701',
        severity: 'blocking',
        what: `This is the replica of the pool in ${here}. The Region of the pool itself is ${home}.`,
        why: 'A replica cannot create users (OperationNotEnabledException).',
        fix: `Import into the pool in ${home}.`,
      },
    ];
  if ((pool.AutoVerifiedAttributes ?? []).length > 0) return [];
  return [
    {
      id: 'CM701',
      severity: 'blocking',
      what: 'The new pool verifies neither email addresses nor phone numbers automatically.',
      why: 'Cognito starts no import job in such a pool (Developer Guide, "Importing users into user pools from a CSV file").',
      fix: 'Turn on automatic verification of the attribute by which users get their codes.',
    },
  ];
}

function hiddenReset(clients: readonly ClientSnapshot['client'][]): Finding[] {
  const hidden = clients.filter(({ PreventUserExistenceErrors: how }) => how === 'ENABLED');
  if (hidden.length === 0) return [];
  const names = hidden.map(({ ClientName = '' }) => printable(ClientName)).join(', ');
  return [
    {
      id: 'CM702',
      severity: 'warning',
      what: `Imported users who sign in through ${names} see "Incorrect username or password."`,
      why: 'PreventUserExistenceErrors is ENABLED, so Cognito does not tell the app that they need a new password.',
      fix: 'Let the app offer "forgot password" beside that message.',
    },
  ];
}

function fewEmails({ pool }: PoolSnapshot): Finding[] {
  if (pool.EmailConfiguration?.EmailSendingAccount === 'DEVELOPER') return [];
  return [
    {
      id: 'CM703',
      severity: 'warning',
      what: 'The new pool sends email through Cognito, at most 50 messages a day for the whole account.',
      why: 'Each imported user needs a code for a new password. After 50 a day, none is sent.',
      fix: 'Let the new pool send email with an Amazon SES identity.',
    },
  ];
}

/** "TRUE for all if MFA is required", which needs a phone number (Developer Guide, CSV import). */
function mfaRequired({ pool }: PoolSnapshot): Finding[] {
  if (pool.MfaConfiguration !== 'ON') return [];
  return [
    {
      id: 'CM705',
      severity: 'warning',
      what: 'The new pool requires MFA.',
      why: 'Imported users need a phone number, and get a code by text message at each sign-in. The others are left out.',
      fix: 'Users without a phone number can still move by signing in.',
    },
  ];
}
