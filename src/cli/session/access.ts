/** Access to AWS, and to a second account if the old pool is in one. Makes no AWS calls. */

import { type Access, type Reach, reachOf } from '../../aws/access.ts';
import { regionOfPool } from '../../aws/arn.ts';
import { openAccess, type Side } from '../../aws/clients.ts';
import { assuming, type Credentials, ownCredentials } from '../../aws/credentials.ts';
import type { Emit } from '../../core/events.ts';
import type { VarName, Vars } from '../../core/variables/index.ts';
import { version } from '../../core/version.ts';
import type { Context } from '../context.ts';
import type { Given } from '../inputs/load-inputs.ts';
import type { PoolIds } from '../inputs/pool-ids.ts';
import type { Io } from '../terminal/io.ts';

/**
 * The access settings from the variables, before a pool is known.
 * @param mfaCode asks for the code of an MFA device, by the serial number of the device.
 */
export function accessOf(values: Partial<Vars>, io: Io, emit: Emit, mfaCode: Access['mfaCode']): Access {
  return {
    ...(values.PROFILE === undefined ? {} : { profile: values.PROFILE }),
    ...(values.ENDPOINT_URL === undefined ? {} : { endpoint: values.ENDPOINT_URL }),
    mfaCode,
    emit: io.watch === undefined ? emit : both(emit, io.watch),
    clock: io.clock,
    signal: io.interrupt.signal,
    requestTimeout: io.requestTimeout,
    userAgent: `cognito-migrate/${version}`,
  };
}

const both =
  (one: Emit, other: Emit): Emit =>
  (event) => {
    one(event);
    other(event);
  };

/** Clients of one account, by Region. */
export type Account = ReturnType<typeof openAccess>;

/** The differences from the main access if the old pool is in another account. */
export type Elsewhere = Pick<Access, 'profile' | 'roleToAssume'>;

/** The accounts of one run. Looks up each profile's credentials once, to ask for an MFA code once. */
export class Accounts {
  readonly #main: Access;
  readonly #reach: Reach;
  readonly #own = new Map<string | undefined, Credentials>();
  readonly #opened = new Map<string, Account>();

  constructor(main: Access) {
    this.#main = main;
    this.#reach = reachOf(main);
  }

  open(elsewhere: Elsewhere = {}): Account {
    const access = { ...this.#main, ...elsewhere };
    const key = JSON.stringify([access.profile, access.roleToAssume]);
    const own = this.#own.get(access.profile) ?? ownCredentials(access, this.#reach);
    this.#own.set(access.profile, own);
    const credentialsIn = (region: string): Credentials => assuming(access, own, region, this.#reach);
    const account = this.#opened.get(key) ?? openAccess(access, credentialsIn, this.#reach);
    this.#opened.set(key, account);
    return account;
  }
}

/** The accounts for the values that the operator gave. */
export const openAccounts = ({ io, reporter }: Context, { resolved, mfaCode }: Given): Accounts =>
  new Accounts(accessOf(resolved.values, io, reporter.emit, mfaCode));

/** Access to the old pool's account: the same access, another profile, or a role to assume. */
export const oldAccess = ({ OLD_PROFILE, OLD_ROLE_TO_ASSUME }: Partial<Vars>): Elsewhere => ({
  ...(OLD_PROFILE === undefined ? {} : { profile: OLD_PROFILE }),
  ...(OLD_ROLE_TO_ASSUME === undefined ? {} : { roleToAssume: OLD_ROLE_TO_ASSUME }),
});

/** Both sides of a migration. */
export interface Sides {
  readonly new: Side;
  readonly old: Side;
}

/** The sides of these two pools. */
export const openSides = (accounts: Accounts, values: Partial<Vars> & PoolIds): Sides => ({
  new: accounts.open()(regionOfPool(values.NEW_USER_POOL_ID)),
  old: accounts.open(oldAccess(values))(regionOfPool(values.OLD_USER_POOL_ID)),
});

const handoffNames = ['EXISTING_OLD_ROLE_ARN', 'EXISTING_OLD_EXTERNAL_ID', 'EXISTING_OLD_CLIENT_ID'] as const;

/**
 * Whether the old account's administrator created that half. This run then may not read that account.
 * An existing app client alone does not require any of that.
 */
export const isHandedOver = (values: Partial<Vars>): boolean =>
  values.EXISTING_OLD_ROLE_ARN !== undefined || values.EXISTING_OLD_EXTERNAL_ID !== undefined;

/** The missing ones among the required handoff outputs, if some are given. */
export const lackingOutputs = (values: Partial<Vars>): readonly VarName[] =>
  isHandedOver(values) ? handoffNames.filter((name) => values[name] === undefined) : [];
