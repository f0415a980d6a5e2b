import type { Endpoint } from './aws/sign.ts';
import { decodeEndpoints, defaultEndpoint, type Endpoints } from './endpoints.ts';
import type { Settings } from './settings.ts';
import { decodeSettings, SettingsError } from './settings-codec.ts';

/** The function's environment, read and checked. */
export interface Environment {
  readonly oldUserPoolId: string;
  readonly oldClientId: string;
  /** The role to assume, if the old pool is in another account. */
  readonly role?: { readonly arn: string; readonly externalId?: string };
  readonly settings: Settings;
  /** Cognito in the old pool's Region. */
  readonly cognito: Endpoint;
  /** STS in each Region to ask for credentials, in this order. */
  readonly sts: readonly [Endpoint, ...Endpoint[]];
  /** Only if the settings ask for work after the move. */
  readonly newPool?: NewPoolAccess;
  /** Only in a chain. */
  readonly next?: NextFunctionAccess;
}

/** Access to the new pool, which is in the function's own account and Region. */
export interface NewPoolAccess {
  readonly id: string;
  readonly cognito: Endpoint;
  readonly lambda: Endpoint;
  /** The function itself, which it starts after a move. */
  readonly functionName: string;
}

/** Access to the function of an earlier migration, in this function's own account and Region. */
export interface NextFunctionAccess {
  readonly arn: string;
  readonly lambda: Endpoint;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the function's variables. Throws SettingsError if they cannot be used. */
export function readEnvironment(variables: Variables): Environment {
  const settings = decodeSettings(variables.MIGRATION_SETTINGS);
  const oldRegion = region('OLD_USER_POOL_REGION', needed(variables, 'OLD_USER_POOL_REGION'));
  const arn = given(variables, 'OLD_ROLE_ARN');
  const externalId = given(variables, 'OLD_EXTERNAL_ID');
  // https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html
  const useFips = settings.useFips ?? oldRegion.startsWith('us-gov-');
  const everywhere = localEndpoint(variables, 'AWS_ENDPOINT_URL');
  const localCognito = localEndpoint(variables, 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER') ?? everywhere;
  const localSts = localEndpoint(variables, 'AWS_ENDPOINT_URL_STS') ?? everywhere;
  const ownRegion = region('AWS_REGION', given(variables, 'AWS_REGION') ?? oldRegion);
  const resolved = given(variables, 'OLD_POOL_ENDPOINTS');
  // Version 1.0.0 set none.
  const { cognito, sts } =
    resolved === undefined
      ? defaultEndpoints(ownRegion, oldRegion, useFips)
      : decodeEndpoints(resolved, oldRegion);
  const [firstSts = defaultEndpoint('sts', ownRegion, useFips), ...otherSts] = sts;
  const at = (endpoint: Endpoint, local: string | undefined): Endpoint =>
    local === undefined ? endpoint : { ...endpoint, url: local };
  const lambda = at(
    defaultEndpoint('lambda', ownRegion, useFips),
    localEndpoint(variables, 'AWS_ENDPOINT_URL_LAMBDA') ?? everywhere,
  );
  return {
    oldUserPoolId: needed(variables, 'OLD_USER_POOL_ID'),
    oldClientId: needed(variables, 'OLD_CLIENT_ID'),
    ...(arn !== undefined && { role: { arn, ...(externalId !== undefined && { externalId }) } }),
    settings,
    cognito: at(cognito, localCognito),
    sts: [at(firstSts, localSts), ...otherSts.map((one) => at(one, localSts))],
    ...(settings.next !== undefined && { next: { arn: functionIn(ownRegion, settings.next), lambda } }),
    ...(settings.afterMove && {
      newPool: {
        id: newPoolIn(ownRegion, needed(variables, 'NEW_USER_POOL_ID')),
        cognito: at(defaultEndpoint('cognito-idp', ownRegion, useFips), localCognito),
        lambda,
        functionName: needed(variables, 'AWS_LAMBDA_FUNCTION_NAME'),
      },
    }),
  };
}

/** Checks the new pool's ID. Cognito's trigger and its function are always in one Region. */
function newPoolIn(ownRegion: string, id: string): string {
  if (!/^[\w-]{1,55}$/.test(id) || !id.startsWith(`${ownRegion}_`))
    throw new SettingsError('NEW_USER_POOL_ID is not in the Region of the function');
  return id;
}

/** Checks the next function's ARN. Passwords go there, so it must be a function of this Region. */
function functionIn(ownRegion: string, arn: string): string {
  const [, region] = /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):\d{12}:function:[\w-]{1,64}$/.exec(arn) ?? [];
  if (region !== ownRegion) throw new SettingsError('next is no function in the Region of this one');
  return arn;
}

/**
 * The endpoints of a function that init of version 1.0.0 created.
 * The first STS is that of the function's own Region, as decodeEndpoints returns it too. It knows the
 * function's credentials, but issues none for an account that hasn't enabled the Region: "It is not the account
 * of the caller, but the account from which temporary credentials are requested that must activate the region"
 * (IAM User Guide, "Managing AWS STS in an AWS Region"). The old pool's account has enabled that pool's Region,
 * and every account has enabled the last one. Credentials that a Region's own endpoint issues are valid in all
 * Regions.
 */
function defaultEndpoints(own: string, old: string, useFips: boolean): Endpoints {
  const regions = new Set([own, old, own.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1']);
  return {
    cognito: defaultEndpoint('cognito-idp', old, useFips),
    sts: [...regions].map((name) => defaultEndpoint('sts', name, useFips)),
  };
}

/**
 * A custom endpoint. init sets none, but the local AWS does.
 * Passwords go to the endpoint, so a changed variable must not send them elsewhere.
 */
function localEndpoint(variables: Variables, name: string): string | undefined {
  const value = given(variables, name);
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !isLoopback(new URL(value))) throw new SettingsError(`${name} is not accepted`);
  return value;
}

/** Whether the address is on this computer. One with a user name or password isn't one that we know. */
const isLoopback = ({ protocol, hostname, username, password }: URL): boolean =>
  /^https?:$/.test(protocol) &&
  username === '' &&
  password === '' &&
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);

/** Checks the Region, because it becomes part of a host name. */
function region(name: string, value: string): string {
  if (!/^[a-z0-9-]+$/.test(value)) throw new SettingsError(`${name} is no Region`);
  return value;
}

function given(variables: Variables, name: string): string | undefined {
  return variables[name] || undefined;
}

function needed(variables: Variables, name: string): string {
  const value = given(variables, name);
  if (value === undefined) throw new SettingsError(`${name} is not set`);
  return value;
}
