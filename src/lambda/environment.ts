import { decodeSettings, type Settings, SettingsError } from './settings.ts';

/** The function's environment, read and checked. */
export interface Environment {
  readonly oldUserPoolId: string;
  readonly oldRegion: string;
  readonly oldClientId: string;
  /** The role to assume, where the old pool is in another account. */
  readonly role?: { readonly arn: string; readonly externalId?: string };
  readonly settings: Settings;
  readonly useFips: boolean;
  /** Region of the function itself: its STS endpoint is the one that surely works here. */
  readonly ownRegion: string;
  readonly cognitoEndpoint?: string;
  readonly stsEndpoint?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the function's variables; throws SettingsError where they cannot be used. */
export function readEnvironment(variables: Variables): Environment {
  const settings = decodeSettings(variables.MIGRATION_SETTINGS);
  const oldRegion = needed(variables, 'OLD_USER_POOL_REGION');
  const arn = given(variables, 'OLD_ROLE_ARN');
  const externalId = given(variables, 'OLD_EXTERNAL_ID');
  const everywhere = given(variables, 'AWS_ENDPOINT_URL');
  const cognitoEndpoint = given(variables, 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER') ?? everywhere;
  const stsEndpoint = given(variables, 'AWS_ENDPOINT_URL_STS') ?? everywhere;
  return {
    oldUserPoolId: needed(variables, 'OLD_USER_POOL_ID'),
    oldRegion,
    oldClientId: needed(variables, 'OLD_CLIENT_ID'),
    ...(arn !== undefined && { role: { arn, ...(externalId !== undefined && { externalId }) } }),
    settings,
    // https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html
    useFips: settings.useFips ?? oldRegion.startsWith('us-gov-'),
    ownRegion: given(variables, 'AWS_REGION') ?? oldRegion,
    ...(cognitoEndpoint !== undefined && { cognitoEndpoint }),
    ...(stsEndpoint !== undefined && { stsEndpoint }),
  };
}

function given(variables: Variables, name: string): string | undefined {
  return variables[name] || undefined;
}

function needed(variables: Variables, name: string): string {
  const value = given(variables, name);
  if (value === undefined) throw new SettingsError(`${name} is not set`);
  return value;
}
