/** amazon-cognito-identity-js, the library of Amplify up to version 5. */
import {
  AuthenticationDetails,
  CognitoRefreshToken,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js';
import packageJson from 'amazon-cognito-identity-js/package.json' with { type: 'json' };
import type { AppClient, Pool, SignedIn } from './app-client.ts';

type Failure = (error: Error) => void;

/** Settles with what the callbacks of a sign-in step report. */
function step(
  user: CognitoUser,
  begin: (callbacks: Parameters<CognitoUser['authenticateUser']>[1]) => void,
): Promise<SignedIn> {
  return new Promise((resolve, reject) => {
    begin({
      onSuccess: () => resolve({ kind: 'signed in' }),
      onFailure: reject,
      totpRequired: () => resolve({ kind: 'enter TOTP code' }),
      mfaSetup: () =>
        user.associateSoftwareToken({
          associateSecretCode: (secret) => resolve({ kind: 'set up TOTP', secret }),
          onFailure: reject,
        }),
    });
  });
}

const done = (begin: (callbacks: { onSuccess: () => void; onFailure: Failure }) => void): Promise<void> =>
  new Promise((resolve, reject) => begin({ onSuccess: () => resolve(), onFailure: reject }));

export function identityJs({ endpoint, poolId, clientId }: Pool): AppClient {
  const pool = new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint });
  const userOf = (Username: string) => new CognitoUser({ Username, Pool: pool });
  let user = userOf('nobody');
  let asked: SignedIn['kind'] = 'signed in';
  let refreshToken = '';
  const proceed = async (next: Promise<SignedIn>): Promise<SignedIn> => {
    const result = await next;
    asked = result.kind;
    refreshToken = user.getSignInUserSession()?.getRefreshToken().getToken() ?? '';
    return result;
  };
  return {
    name: `${packageJson.name} ${packageJson.version}`,
    signIn: ({ username, password }, flow) => {
      user = userOf(username);
      user.setAuthenticationFlowType(flow === 'SRP' ? 'USER_SRP_AUTH' : 'USER_PASSWORD_AUTH');
      const details = new AuthenticationDetails({ Username: username, Password: password });
      return proceed(step(user, (callbacks) => user.authenticateUser(details, callbacks)));
    },
    enterCode: (code) =>
      proceed(
        step(user, (callbacks) =>
          asked === 'set up TOTP'
            ? user.verifySoftwareToken(code, 'phone', callbacks)
            : user.sendMFACode(code, callbacks, 'SOFTWARE_TOKEN_MFA'),
        ),
      ),
    requestReset: (username) => done((callbacks) => userOf(username).forgotPassword(callbacks)),
    confirmReset: ({ username, password }, code) =>
      done((callbacks) => userOf(username).confirmPassword(code, password, callbacks)),
    refresh: () =>
      new Promise((resolve, reject) => {
        const token = new CognitoRefreshToken({ RefreshToken: refreshToken });
        user.refreshSession(token, (error: Error | undefined, _session?: CognitoUserSession) =>
          error ? reject(error) : resolve(),
        );
      }),
    signOut: () =>
      new Promise((resolve, reject) =>
        user.signOut((error?: Error) => (error === undefined ? resolve() : reject(error))),
      ),
    signOutEverywhere: () => done((callbacks) => user.globalSignOut(callbacks)),
  };
}
