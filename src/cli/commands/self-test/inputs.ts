/**
 * The inputs of a self-test: accounts, Regions, and prompts.
 * It does not use the state file of a migration.
 */
import { parseArn } from '../../../aws/arn.ts';
import { defaultRegion, type Side, whoAmI } from '../../../aws/clients.ts';
import { UsageError } from '../../../core/errors.ts';
import type { Emit } from '../../../core/events.ts';
import { flagOf, type Vars } from '../../../core/variables/index.ts';
import { anyEndpoint } from '../../../self-test/fixtures/endpoint.ts';
import type { PoolSide } from '../../../self-test/fixtures/names.ts';
import type { Place, Places } from '../../../self-test/fixtures/resources.ts';
import type { Context } from '../../context.ts';
import { mfaCodeFrom } from '../../inputs/mfa-code.ts';
import { flagsOf } from '../../inputs/options.ts';
import { resolve } from '../../inputs/resolve.ts';
import { Accounts, accessOf, oldAccess } from '../../session/access.ts';
import type { Prompts } from '../../terminal/questions.ts';
import { selfTestVariables } from './variables.ts';

export interface Inputs {
  readonly values: Partial<Vars>;
  readonly places: Places;
  /** Flags that give our own commands the same access, role path, and permissions boundary. */
  readonly access: readonly string[];
  readonly prompts: Prompts | undefined;
}

/**
 * Throws UsageError without a Region, and AWS's errors about the credentials.
 * @param watch receives each AWS call.
 */
export async function selfTestInputs(
  { io, command, reporter, openPrompts }: Context,
  watch: Emit,
): Promise<Inputs> {
  const { values } = resolve(selfTestVariables, { flags: flagsOf(command), env: io.env });
  const mayAsk = !values.YES && !values.NO_INPUT && !values.JSON;
  const prompts = mayAsk ? await openPrompts() : undefined;
  // Ctrl-C ends the journey between two calls. It must not cut short any call of the clean-up.
  const { signal } = new AbortController();
  const emit: Emit = (event) => {
    reporter.emit(event);
    watch(event);
  };
  const accounts = new Accounts({ ...accessOf(values, io, emit, mfaCodeFrom(prompts)), signal });
  const regions = await regionsOf(values, command.getOptionValue('oldRegion'));
  const [newSide, old] = await Promise.all([
    placeOf(accounts.open()(regions.new), values),
    placeOf(accounts.open(oldAccess(values))(regions.old), values),
  ]);
  if (newSide.partition !== old.partition) throw twoPartitions(old.partition, newSide.partition);
  return { values, places: { new: newSide, old }, access: accessFlags(values), prompts };
}

async function placeOf(side: Side, values: Partial<Vars>): Promise<Place> {
  const { ROLE_PATH: rolePath = '/', PERMISSIONS_BOUNDARY: permissionsBoundary } = values;
  const [{ account, arn }, endpoint] = await Promise.all([whoAmI(side), anyEndpoint(side)]);
  const { partition } = parseArn(arn);
  return { side, account, partition, caller: arn, endpoint, rolePath, permissionsBoundary };
}

async function regionsOf(
  { REGION, PROFILE, OLD_PROFILE }: Partial<Vars>,
  given: unknown,
): Promise<Record<PoolSide, string>> {
  const newSide = REGION ?? (await defaultRegion(PROFILE));
  if (newSide === undefined) {
    throw new UsageError('No Region is given', {
      code: 'NO_REGION',
      hint: [`${flagOf('REGION')} us-east-2  names one; AWS_REGION or the profile can, too.`],
    });
  }
  const own = OLD_PROFILE === undefined ? undefined : await defaultRegion(OLD_PROFILE);
  const old = typeof given === 'string' ? given : (own ?? newSide);
  for (const region of [newSide, old]) if (region.startsWith('cn-')) throw inChina(region);
  return { new: newSide, old };
}

function accessFlags(values: Partial<Vars>): string[] {
  const names = [
    'PROFILE',
    'OLD_PROFILE',
    'OLD_ROLE_TO_ASSUME',
    'ENDPOINT_URL',
    'ROLE_PATH',
    'PERMISSIONS_BOUNDARY',
  ] as const;
  return names.flatMap((name) => {
    const [flag, value] = [flagOf(name), values[name]];
    return flag === undefined || value === undefined ? [] : [flag, value];
  });
}

const inChina = (region: string): UsageError =>
  new UsageError('AWS does not offer Cognito user pools in its China Regions', {
    code: 'CHINA',
    found: region,
  });

const twoPartitions = (old: string, newSide: string): UsageError =>
  new UsageError(`The old account is in the partition ${old}, the new one in ${newSide}`, {
    code: 'TWO_PARTITIONS',
    expected: newSide,
    found: old,
  });
