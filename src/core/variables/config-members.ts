/**
 * The allowed members of a config file, and the reasons against the others.
 * The file in the working folder can come from strangers, with a repository. So it never chooses credentials, hosts,
 * roles, or files, and it never consents to anything.
 */
import { type FlagName, flagOf, isFlagName, names } from './index.ts';

const ofRun = 'it applies to one run, not to the migration';
const credentials = 'it sets the credentials of the run';
const consent = 'only the person who runs a command can consent';

/** The reason why a config file may not hold the value. Undefined if it may. */
const refusals: Readonly<Record<FlagName, string | undefined>> = {
  OLD_USER_POOL_ID: undefined,
  NEW_USER_POOL_ID: undefined,
  NEW_CLIENT_IDS: undefined,
  ALL_NEW_CLIENTS: undefined,
  EXISTING_OLD_CLIENT_ID: undefined,

  MFA: undefined,
  FORGOT_PASSWORD: undefined,
  WEAK_PASSWORD: undefined,
  MAP: undefined,
  DROP: undefined,
  SET: undefined,
  ON_BAD_ATTRIBUTE: undefined,
  FIND_BY: undefined,
  FORWARD_CLIENT_METADATA: undefined,
  GROUPS: 'it gives rights in the new pool',
  GROUP_ROLES: 'it gives rights in the new pool',
  GROUPS_IN_FIRST_TOKEN: undefined,
  MOVE_ONCE: 'it gives the function the right to change users of the old pool',
  GUARD_SIGN_UP: undefined,
  GUARD_FEDERATED: undefined,
  ADD_OLD_SUB: undefined,

  NAME: undefined,
  ROLE_PATH: undefined,
  PERMISSIONS_BOUNDARY: undefined,
  OLD_PERMISSIONS_BOUNDARY: undefined,
  TAGS: undefined,
  RUNTIME: undefined,
  LOG_RETENTION: undefined,
  ALARMS: undefined,

  ENDPOINT_URL: 'it sets the host that receives every call',
  PROFILE: credentials,
  OLD_PROFILE: credentials,
  REGION: 'it sets the Region of calls to AWS',
  OLD_ROLE_TO_ASSUME: credentials,
  EXISTING_OLD_ROLE_ARN: 'the function assumes this role, and sends passwords to its account',
  EXISTING_OLD_EXTERNAL_ID: 'the function needs it to assume the role in the old account',
  EXISTING_OLD_SIGN_IN: 'it sets the addresses that the function trusts, verified or not',
  EXISTING_ROLE_ARN: 'the function gets all permissions of this role',
  ACCEPT: consent,
  REPLACE_TRIGGER: consent,
  CHAIN: 'it sends passwords to another function',
  YES: consent,
  STATE: 'it sets the file that the run overwrites',
  CONFIG: ofRun,
  NO_INPUT: ofRun,
  DRY_RUN: ofRun,
  JSON: ofRun,
  STREAM: ofRun,
  QUIET: ofRun,
  NO_COLOR: ofRun,
  VERBOSE: ofRun,
};

/** A member of a config file: the flag in camel case, such as `logRetention` for `--log-retention`. */
export interface ConfigMember {
  readonly name: FlagName;
  readonly member: string;
  /** Why a config file may not hold it. */
  readonly refusal: string | undefined;
}

const memberOf = (name: FlagName): string =>
  (flagOf(name) ?? '').slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** All members, refused ones too, in the order of the declarations. */
export const configMembers: readonly ConfigMember[] = names
  .filter(isFlagName)
  .map((name) => ({ name, member: memberOf(name), refusal: refusals[name] }));

/** The members that a config file may hold. */
export const acceptedMembers: readonly ConfigMember[] = configMembers.filter(
  ({ refusal }) => refusal === undefined,
);
