/** Sign-ins of throw-away users by each flow, and Cognito's answer in its own words. */
import { createHmac, randomBytes } from 'node:crypto';
import {
  AdminInitiateAuthCommand,
  type CognitoIdentityProviderClient,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { errorName } from '../errors.ts';
import { isJudgement } from './judgement.ts';

/** `USER_AUTH` with PREFERRED_CHALLENGE=PASSWORD; of `USER_SRP_AUTH` the first half only, which is where a user is looked up. */
export type SignInFlow =
  | 'USER_PASSWORD_AUTH'
  | 'ADMIN_USER_PASSWORD_AUTH'
  | 'ADMIN_NO_SRP_AUTH'
  | 'USER_AUTH'
  | 'USER_SRP_AUTH';

/** What Cognito said. No token: those are thrown away here. */
export interface Answer {
  /** `code`: ForgotPassword says that it has sent one. */
  readonly kind: 'tokens' | 'challenge' | 'refused' | 'code';
  /** Of the challenge or the error; '' for tokens and code. */
  readonly name: string;
  /** The error's message, with the username, password and IDs of the attempt taken out; '' otherwise. */
  readonly message: string;
}

/** Who tries, through which app client. */
export interface Attempt {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly secret?: string | undefined;
  readonly username: string;
  readonly password: string;
}

/** `tokens`, `challenge SMS_MFA` or `NotAuthorizedException: Incorrect username or password.` */
export const answerText = ({ kind, name, message }: Answer): string =>
  kind === 'refused' ? `${name}: ${message}` : name === '' ? kind : `${kind} ${name}`;

export async function signInBy(
  idp: CognitoIdentityProviderClient,
  flow: SignInFlow,
  attempt: Attempt,
): Promise<Answer> {
  const { userPoolId: UserPoolId, clientId: ClientId } = attempt;
  const AuthParameters = parametersOf(flow, attempt);
  const isAdmin = flow === 'ADMIN_USER_PASSWORD_AUTH' || flow === 'ADMIN_NO_SRP_AUTH';
  const send = (): Promise<InitiateAuthCommandOutput> =>
    isAdmin
      ? idp.send(new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow: flow, AuthParameters }))
      : idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: flow, AuthParameters }));
  return answerOf(attempt, async () => {
    const { AuthenticationResult, ChallengeName = '' } = await send();
    return AuthenticationResult === undefined
      ? { kind: 'challenge', name: ChallengeName, message: '' }
      : { kind: 'tokens', name: '', message: '' };
  });
}

export async function askForCode(idp: CognitoIdentityProviderClient, attempt: Attempt): Promise<Answer> {
  const { clientId: ClientId, username: Username } = attempt;
  const SecretHash = secretHash(attempt);
  return answerOf(attempt, async () => {
    await idp.send(new ForgotPasswordCommand({ ClientId, Username, SecretHash }));
    return { kind: 'code', name: '', message: '' };
  });
}

function parametersOf(flow: SignInFlow, attempt: Attempt): Record<string, string> {
  const SECRET_HASH = secretHash(attempt);
  return {
    USERNAME: attempt.username,
    ...(flow === 'USER_SRP_AUTH' ? { SRP_A: srpA() } : { PASSWORD: attempt.password }),
    ...(flow === 'USER_AUTH' ? { PREFERRED_CHALLENGE: 'PASSWORD' } : {}),
    ...(SECRET_HASH === undefined ? {} : { SECRET_HASH }),
  };
}

/** Any number below the 3072-bit group's modulus, whose first bits are all ones (RFC 5054, appendix A), will do as g^a. */
const srpA = (): string => `7${randomBytes(384).toString('hex').slice(1)}`;

/** Base64(HMAC_SHA256(secret, username + client ID)) (Developer Guide, "Computing secret hash values"). */
export const secretHash = ({ secret, username, clientId }: Omit<Attempt, 'password'>): string | undefined =>
  secret === undefined
    ? undefined
    : createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');

/** @throws what is no judgement of the sign-in: no network, a denied permission, throttling, AWS's own trouble. */
async function answerOf(attempt: Attempt, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!isJudgement(error)) throw error;
    return { kind: 'refused', name: errorName(error), message: withoutNames(error.message, attempt) };
  }
}

/** So that two answers can be compared, and read by anybody. */
function withoutNames(message: string, { username, password, clientId, userPoolId }: Attempt): string {
  const names = { password, username, 'client ID': clientId, 'pool ID': userPoolId };
  return Object.entries(names).reduce(
    (text, [name, value]) => (value === '' ? text : text.replaceAll(value, `<${name}>`)),
    message,
  );
}
