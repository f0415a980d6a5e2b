/** Input of a survey of the users: both pools, which must be readable, and the function's settings. */
import { DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../../aws/clients.ts';
import { readOptional } from '../../aws/optional-read.ts';
import type { PoolSnapshot } from '../../aws/user-pool/index.ts';
import { UsageError } from '../../core/errors.ts';
import { number } from '../../core/format-number.ts';
import { printable } from '../../core/printable.ts';
import type { OnProgress } from '../../core/step.ts';
import { flagOf } from '../../core/variables/index.ts';
import type { Settings } from '../../lambda/settings.ts';
import { decodeSettings, SettingsError } from '../../lambda/settings-codec.ts';
import { settingsFor } from '../../steps/handler-settings.ts';
import { oldSubName } from '../../steps/old-sub.ts';
import type { Progress, SurveyArgs, SurveyedPool } from '../../users/survey.ts';
import { isHandedOver } from '../session/access.ts';
import { wayIn } from '../session/old-account.ts';
import { requirePool } from '../session/require-pool.ts';
import { duration } from '../terminal/style.ts';
import type { Migration } from './read-migration.ts';

/** Both pools and the rules of one survey. */
export interface Surveyed extends Pick<SurveyArgs, 'old' | 'new' | 'settings' | 'oldPool' | 'oldSubName'> {
  readonly oldName: string;
  readonly newName: string;
  readonly newPool: PoolSnapshot;
  /** Names in the schema of the old pool. */
  readonly oldAttributes: readonly string[];
  /** Whether the settings are those of the function. */
  readonly isInstalled: boolean;
}

/** Throws UsageError if a pool is gone, or if this run has no access to the old pool. */
export async function surveyedPools(migration: Migration): Promise<Surveyed> {
  const { aws, inputs, ownFunction } = migration;
  const newPool =
    migration.newPool ?? (await requirePool(aws.new, inputs.NEW_USER_POOL_ID, flagOf('NEW_USER_POOL_ID')));
  const oldPool = migration.oldPool ?? (await unseenOldPool(migration));
  const asInit = decodeSettings(
    inputs.SETTINGS === '' || migration.oldPool === undefined
      ? settingsFor(oldPool.pool, newPool.pool, inputs)
      : inputs.SETTINGS,
  );
  const live = liveSettings(ownFunction.variables?.MIGRATION_SETTINGS);
  const settings = live ?? asInit;
  return {
    old: surveyedPool(aws.old, inputs.OLD_USER_POOL_ID, oldPool, inputs.OLD_USER_POOL_ARN),
    new: surveyedPool(aws.new, inputs.NEW_USER_POOL_ID, newPool, inputs.NEW_USER_POOL_ARN),
    settings,
    oldPool: asInit.oldPool,
    newPool,
    oldSubName: settings.map.rename.sub ?? namesOf(newPool).find((name) => name === oldSubName),
    oldName: nameOf(oldPool, inputs.OLD_USER_POOL_ID),
    newName: nameOf(newPool, inputs.NEW_USER_POOL_ID),
    oldAttributes: namesOf(oldPool),
    isInstalled: live !== undefined,
  };
}

/** The settings by which the function decides at this moment. Undefined if there is none, or if they are broken. */
function liveSettings(text: string | undefined): Settings | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeSettings(text);
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

/** The old pool of a handoff, which no other command reads. It's readable if the operator names the access. */
async function unseenOldPool({ aws, inputs }: Migration): Promise<PoolSnapshot> {
  if (wayIn(inputs) !== undefined || !isHandedOver(inputs))
    return requirePool(aws.old, inputs.OLD_USER_POOL_ID, flagOf('OLD_USER_POOL_ID'));
  throw new UsageError('The old pool is in another account, and this run has no access to its users', {
    code: 'MISSING_INPUT',
    expected: [flagOf('OLD_PROFILE'), flagOf('OLD_ROLE_TO_ASSUME')],
    hint: [
      `${flagOf('OLD_PROFILE')} NAME  or  ${flagOf('OLD_ROLE_TO_ASSUME')} ARN  for access there.`,
      'This needs cognito-idp:ListUsers and cognito-idp:DescribeUserPool on the old pool.',
    ],
  });
}

const nameOf = ({ pool }: PoolSnapshot, id: string): string => printable(pool.Name ?? id);

const namesOf = ({ pool }: PoolSnapshot): string[] =>
  (pool.SchemaAttributes ?? []).flatMap(({ Name }) => Name ?? []);

const surveyedPool = (side: Side, id: string, { pool }: PoolSnapshot, arn: string): SurveyedPool => ({
  side,
  id,
  arn: pool.Arn ?? arn,
  estimate: pool.EstimatedNumberOfUsers ?? 0,
  estimateAgain: async () => {
    const describing = side.idp.send(new DescribeUserPoolCommand({ UserPoolId: id }));
    const again = await readOptional(describing);
    return again?.UserPool?.EstimatedNumberOfUsers;
  },
});

const barWidth = 20;

/** `Reading legacy-users  ██████░░░░  34,020 of 48,210  1,040/s · 14 s left` */
export function surveyProgress(
  { oldName, newName }: Pick<Surveyed, 'oldName' | 'newName'>,
  show: OnProgress,
  now: () => number,
): (progress: Progress) => void {
  const begun = new Map<string, number>();
  return ({ pool, readings, users: read, estimate }) => {
    const at = now();
    const start = begun.get(pool) ?? at;
    begun.set(pool, start);
    const all = Math.max(read, estimate);
    const done = all === 0 ? barWidth : Math.floor((read / all) * barWidth);
    const perSecond = at > start ? read / ((at - start) / 1000) : 0;
    const left = perSecond === 0 ? '' : ` · ${duration(((all - read) / perSecond) * 1000)} left`;
    const speed = perSecond === 0 ? '' : `  ${number(Math.round(perSecond))}/s${left}`;
    const bar = `${'█'.repeat(done)}${'░'.repeat(barWidth - done)}`;
    const name = `${pool === 'old' ? oldName : newName}${readings > 1 ? ' twice' : ''}`;
    show(`Reading ${name}  ${bar}  ${number(read)} of ${number(all)}${speed}`);
  };
}
