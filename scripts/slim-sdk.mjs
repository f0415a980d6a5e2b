// Removes code of the AWS SDK that we never use, because parsing it would slow down the start.
// In the handler: code for environments other than a Lambda function. In the program: its error classes.
// The build fails unless it meets each replacement, so a new SDK version cannot silently undo one.
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';

/** Packages that are replaced as a whole. An export that the replacement lacks stops the build. */
const PACKAGES = new Map([
  // Credentials come from the environment or from AssumeRole.
  [
    '@aws-sdk/credential-provider-node',
    "export const defaultProvider = () => () => Promise.reject(new Error('left out of the handler'));",
  ],
  // The handler counts attempts itself. It knows which calls it may repeat, and how much time is left.
  // Only the position in the middleware stack remains, because other middleware refers to it.
  [
    '@smithy/core/retry',
    `export const DEFAULT_RETRY_MODE = 'standard';
     export const RETRY_MODES = { STANDARD: 'standard', ADAPTIVE: 'adaptive' };
     export const NODE_MAX_ATTEMPT_CONFIG_OPTIONS = { default: 1 };
     export const NODE_RETRY_MODE_CONFIG_OPTIONS = {};
     export const resolveRetryConfig = (config) => config;
     const place = { name: 'retryMiddleware', tags: ['RETRY'], step: 'finalizeRequest', priority: 'high', override: true };
     export const getRetryPlugin = () => ({ applyToStack: (stack) => stack.add((next) => next, place) });`,
  ],
  // Only for browsers, and for event streams.
  ['bowser', 'export default {};'],
  ['@smithy/core/event-streams', 'export {};'],
]);

/**
 * Removes the class for each error of each operation.
 * Without them, the SDK creates its base class with the same name and message.
 * Not for IAM in the program, because error names in its responses differ from its class names.
 * For example, NoSuchEntity and NoSuchEntityException.
 */
const withoutErrorClasses = (client) => ({
  path: `@aws-sdk/client-${client}/dist-es/schemas/schemas_0.js`,
  become: (source) =>
    cut(
      cut(source, /^import \{[^}]*\} from "\.\.\/models\/errors";$/m),
      /^n0_registry\.registerError\(.*$/gm,
    ),
});

/** The SDK reads it only for the version in the user agent. */
const versionOf = (client) => ({
  path: `@aws-sdk/client-${client}/package.json`,
  become: (source) => JSON.stringify({ version: JSON.parse(source).version }),
});

/** Single files of packages: the end of their path, and their replacement. */
const FILES = [
  {
    // A function has no shared configuration files. Only variables and defaults remain.
    path: '@smithy/core/dist-es/submodules/config/node-config-provider/configLoader.js',
    become:
      () => `export const loadConfig = ({ environmentVariableSelector: select, default: fallback }) => async () =>
      select?.(process.env) ?? (typeof fallback === 'function' ? fallback() : fallback);`,
  },
  {
    // SHA-256 without OpenSSL.
    path: '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js',
    become: () => 'export class Sha256Js {}',
  },
  ...['cognito-identity-provider', 'sts'].flatMap((client) => [
    withoutErrorClasses(client),
    versionOf(client),
  ]),
];

function cut(source, pattern) {
  const rest = source.replace(pattern, '');
  if (rest === source) throw new Error(`the SDK has changed: ${pattern} is not there`);
  return rest;
}

/** @returns {import('esbuild').Plugin} */
const replacing = (packages, files) => ({
  name: 'slim-sdk',
  setup({ onResolve, onLoad, onEnd }) {
    const missed = new Set([...packages.keys(), ...files.map(({ path }) => path)]);
    if (packages.size > 0)
      onResolve({ filter: new RegExp(`^(${[...packages.keys()].join('|')})$`) }, ({ path }) => {
        missed.delete(path);
        return { path, namespace: 'left-out', sideEffects: false };
      });
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: packages.get(path) }));
    for (const { path, become } of files) {
      const filter = new RegExp(`${path.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);
      onLoad({ filter }, async (args) => {
        missed.delete(path);
        const contents = become(await readFile(args.path, 'utf8'));
        return { contents, loader: path.endsWith('.json') ? 'json' : 'js' };
      });
    }
    onEnd(() => {
      if (missed.size > 0) throw new Error(`the SDK has changed: it has no ${[...missed].join(', ')}`);
    });
  },
});

/** For the handler. */
export const slimSdk = replacing(PACKAGES, FILES);

/** For the program. */
export const slimErrors = replacing(
  new Map(),
  ['cognito-identity-provider', 'lambda', 'cloudwatch-logs'].map(withoutErrorClasses),
);

/**
 * Loads the built-in modules of Node as CommonJS does.
 * For an ES import, Node first reads every export, and reading some of them loads more code.
 * That loads all of undici for node:http, and the Web Crypto API for node:crypto.
 * For node:process, it loads the three streams.
 * @type {import('esbuild').Plugin}
 */
export const builtinsAsRequired = {
  name: 'builtins-as-required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ path }) => ({
      path: path.replace(/^(node:)?/, 'node:'),
      namespace: 'builtin',
    }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};
