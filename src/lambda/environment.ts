import { decodeSettings, type Settings, SettingsError } from './settings.ts';

/** The function's environment, read and checked. */
export interface Environment {
  readonly oldUserPoolId: string;
  readonly oldRegion: string;
  readonly oldClientId: string;
  /** The role to assume, if the old pool is in another account. */
  readonly role?: { readonly arn: string; readonly externalId?: string };
  readonly settings: Settings;
  readonly useFips: boolean;
  /** Regions whose STS to ask for credentials, in this order. */
  readonly stsRegions: readonly string[];
  readonly cognitoEndpoint?: string;
  readonly stsEndpoint?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the function's variables. Throws SettingsError if they cannot be used. */
export function readEnvironment(variables: Variables): Environment {
  const settings = decodeSettings(variables.MIGRATION_SETTINGS);
  const oldRegion = region(needed(variables, 'OLD_USER_POOL_REGION'));
  const arn = given(variables, 'OLD_ROLE_ARN');
  const externalId = given(variables, 'OLD_EXTERNAL_ID');
  const everywhere = endpoint(variables, 'AWS_ENDPOINT_URL');
  const cognitoEndpoint = endpoint(variables, 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER') ?? everywhere;
  const stsEndpoint = endpoint(variables, 'AWS_ENDPOINT_URL_STS') ?? everywhere;
  return {
    oldUserPoolId: needed(variables, 'OLD_USER_POOL_ID'),
    oldRegion,
    oldClientId: needed(variables, 'OLD_CLIENT_ID'),
    ...(arn !== undefined && { role: { arn, ...(externalId !== undefined && { externalId }) } }),
    settings,
    // https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html
    useFips: settings.useFips ?? oldRegion.startsWith('us-gov-'),
    stsRegions: stsRegions(given(variables, 'AWS_REGION') ?? oldRegion, oldRegion),
    ...(cognitoEndpoint !== undefined && { cognitoEndpoint }),
    ...(stsEndpoint !== undefined && { stsEndpoint }),
  };
}

/**
 * The Regions to ask for credentials of the role.
 * The function's own Region knows the function's credentials, but issues none for an account that hasn't
 * enabled it: "It is not the account of the caller, but the account from which temporary credentials are
 * requested that must activate the region" (IAM User Guide, "Managing AWS STS in an AWS Region"). The old
 * pool's account has enabled that pool's Region, and every account has enabled the last one. Credentials that
 * a Region's own endpoint issues are valid in all Regions.
 */
function stsRegions(own: string, old: string): string[] {
  return [...new Set([own, old, own.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1'])];
}

/**
 * A custom endpoint. init sets none, but the local AWS does.
 * Passwords go to the endpoint, so a changed variable must not send them elsewhere.
 */
function endpoint(variables: Variables, name: string): string | undefined {
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
function region(value: string): string {
  if (!/^[a-z0-9-]+$/.test(value)) throw new SettingsError('OLD_USER_POOL_REGION is no Region');
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
