/** Effects on passwords if a function setting or environment variable differs from init's. */
import template from '../../templates/function.json' with { type: 'json' };

const address =
  'Passwords would go to that address instead of AWS. The function itself accepts only addresses of this computer.';
const elsewhere =
  'Passwords would go to an address that init did not resolve. The function itself accepts only addresses of AWS.';
const loads = 'It loads code into the function that can read every password.';
const trusts =
  'It changes whom the function trusts: another server could pose as AWS, and read every password.';
const passes =
  'It sends requests through a proxy, which sees their names and times, and passwords too where TLS is opened there.';
const writes = 'It makes Node.js write down what goes over the network, passwords too.';
const checks = 'Passwords are checked against another user pool, or by another app client.';
const enters = 'The function would take another role to reach the old pool.';

/**
 * Effects of environment variables by name.
 * Sources: documentation of Node.js, OpenSSL, and AWS Lambda ("Runtime modifications",
 * "Using environment variables").
 */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^AWS_ENDPOINT_URL/, address],
  [/^OLD_POOL_ENDPOINTS$/, elsewhere],
  [
    /^(NODE_OPTIONS|NODE_PATH|NODE_REPL_EXTERNAL_MODULE|AWS_LAMBDA_EXEC_WRAPPER|LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT)$/,
    loads,
  ],
  [
    /^(NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|SSL_CERT_(FILE|DIR)|AWS_CA_BUNDLE|OPENSSL_(CONF|MODULES))$/,
    trusts,
  ],
  [/^((HTTPS?|ALL|NO)_PROXY|NODE_USE_ENV_PROXY)$/i, passes],
  [/^(NODE_DEBUG(_NATIVE)?|SSLKEYLOGFILE|NODE_V8_COVERAGE)$/, writes],
  [/^OLD_(USER_POOL_ID|USER_POOL_REGION|CLIENT_ID)$/, checks],
  [/^NEW_USER_POOL_ID$/, 'The work after a move would be done in another user pool.'],
  [/^OLD_(ROLE_ARN|EXTERNAL_ID)$/, enters],
];

const variableMeans = (name: string): string =>
  meanings.find(([pattern]) => pattern.test(name))?.[1] ??
  'init did not set it. A layer or an extension may use it.';

const settings: Readonly<Record<string, string>> = {
  codeSha256: 'Code that init did not upload handles every password.',
  handler: 'Other code in the package handles every password.',
  role: 'The function has the permissions of another role.',
};

const environment = 'environment.';

/** @param path Path of a difference of the function. */
export const functionMeans = (path: string): string | undefined =>
  path.startsWith(environment) ? variableMeans(path.slice(environment.length)) : settings[path];

const ours: ReadonlySet<string> = new Set([
  ...Object.keys(template.Environment),
  ...Object.keys(template.AfterMove),
  ...Object.keys(template.AcrossAccounts),
]);

/**
 * The environment variables, safe to show.
 * A variable that init did not set shows only that it is set. Such values are often keys of other services.
 * An endpoint variable shows the origin of its address.
 */
export const shownVariables = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      ours.has(name) ? value : shownValue(name, value),
    ]),
  );

function shownValue(name: string, value: string): string {
  if (!name.startsWith('AWS_ENDPOINT_URL')) return '(set)';
  return URL.canParse(value) ? new URL(value).origin : '(no address)';
}
