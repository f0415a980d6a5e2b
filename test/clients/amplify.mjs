/** Auth of Amplify v6. JavaScript, since the root's type check runs without the package. */
import { readFileSync } from 'node:fs';
import {
  cognitoUserPoolsTokenProvider,
  confirmResetPassword,
  confirmSignIn,
  resetPassword,
  signIn,
  signOut,
} from '@aws-amplify/auth/cognito';
import { Amplify, ConsoleLogger, fetchAuthSession, Hub } from '@aws-amplify/core';

// It warns of every endpoint that isn't AWS's.
ConsoleLogger.LOG_LEVEL = 'ERROR';

const nextSteps = {
  DONE: () => ({ kind: 'signed in' }),
  CONTINUE_SIGN_IN_WITH_TOTP_SETUP: ({ totpSetupDetails }) => ({
    kind: 'set up TOTP',
    secret: totpSetupDetails.sharedSecret,
  }),
  CONFIRM_SIGN_IN_WITH_TOTP_CODE: () => ({ kind: 'enter TOTP code' }),
};

const outcome = async (next) => {
  const { nextStep } = await next;
  const known = nextSteps[nextStep.signInStep];
  if (known === undefined) throw new Error(nextStep.signInStep);
  return known(nextStep);
};

/** A store of its own for each sign-in, since Amplify refuses a second one. */
const storeOf = (entries) => ({
  setItem: async (key, value) => void entries.set(key, value),
  getItem: async (key) => entries.get(key) ?? null,
  removeItem: async (key) => void entries.delete(key),
  clear: async () => entries.clear(),
});

const version = () => {
  const file = new URL('node_modules/@aws-amplify/auth/package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
};

export function amplify({ endpoint, poolId, clientId }) {
  const Cognito = { userPoolId: poolId, userPoolClientId: clientId, userPoolEndpoint: endpoint };
  Amplify.configure({ Auth: { Cognito } }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });
  cognitoUserPoolsTokenProvider.setAuthConfig({ Cognito });
  let entries = new Map();
  const open = (kept) => {
    entries = new Map(kept);
    cognitoUserPoolsTokenProvider.setKeyValueStorage(storeOf(entries));
  };
  /** Ends the session in Amplify and at AWS; the tokens stay at hand, as with a thief. */
  const end = async (options) => {
    const kept = new Map(entries);
    await signOut(options);
    open(kept);
  };
  return {
    name: `@aws-amplify/auth ${version()}`,
    signIn: ({ username, password }, flow) => {
      open();
      const authFlowType = flow === 'SRP' ? 'USER_SRP_AUTH' : 'USER_PASSWORD_AUTH';
      return outcome(signIn({ username, password, options: { authFlowType } }));
    },
    enterCode: (code) => outcome(confirmSignIn({ challengeResponse: code })),
    requestReset: async (username) => void (await resetPassword({ username })),
    confirmReset: ({ username, password }, code) =>
      confirmResetPassword({ username, confirmationCode: code, newPassword: password }),
    refresh: async () => {
      let refused;
      // A refused refresh only ends the session; the reason is in the event.
      const stop = Hub.listen('auth', ({ payload }) => {
        if (payload.event === 'tokenRefresh_failure') refused = payload.data.error;
      });
      const { tokens } = await fetchAuthSession({ forceRefresh: true });
      stop();
      if (refused !== undefined) throw refused;
      if (tokens === undefined) throw new Error('signed out');
    },
    signOut: () => end(),
    signOutEverywhere: () => end({ global: true }),
  };
}
