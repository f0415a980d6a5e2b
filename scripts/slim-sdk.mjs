// Leaves those parts of the SDK out of the program that it never uses but that each command would have to parse.
import { readFile } from 'node:fs/promises';

const CLIENTS = [
  'cognito-identity-provider',
  'lambda',
  'cloudwatch-logs',
  'iam',
  'sts',
  'cloudwatch',
  'cloudtrail',
];
const client = (rest) => new RegExp(`@aws-sdk[\\\\/]client-(${CLIENTS.join('|')})[\\\\/]${rest}$`);
const SCHEMAS = client('dist-es[\\\\/]schemas[\\\\/]schemas_0\\.js');
const RUNTIME = client('dist-es[\\\\/]runtimeConfig\\.js');

/**
 * A client has one class for each error of each operation, and parsing them would be a tenth of a command's start.
 * Without its class, an error is of the client's base class and has the same name, message, and members.
 * IAM and STS keep their classes: their answers have other names (NoSuchEntity) than the classes (NoSuchEntityException).
 */
const WITHOUT_ERROR_CLASSES = new Set([
  'cognito-identity-provider',
  'lambda',
  'cloudwatch-logs',
  'cloudtrail',
]);
const ERROR_CLASSES = [
  /^import \{[^}]*\} from "\.\.\/models\/errors";$/m,
  /^n0_registry\.registerError\(.*$/gm,
];

/** The name of a trait, in a constant (`_h = "http"`), and its use as a computed key (`[_h]: …`). */
const NAME = /^const (_\w+) = ("[^"]*");$/gm;
const COMPUTED = /\[(_\w+)\]:/g;

/** Web Crypto costs more to load than the SDK's one use of it: the ID of a request. */
const SERDE = /@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]serde[\\/]index\.js$/;
const WEB_CRYPTO = [
  [/^import \{ getRandomValues \} from "node:crypto";$/m, 'import { randomUUID } from "node:crypto";'],
  [/^const _getRandomValues = getRandomValues;$/m, ''],
  ['bindV4(_getRandomValues)', '() => randomUUID()'],
];

/** Each part must be there, so that a new version of the SDK stops the build instead of changing the program. */
function changed(file, text, part, replacement) {
  const result = text.replace(part, replacement);
  if (result === text) throw new Error(`the SDK has changed: ${file} has no ${part}`);
  return result;
}

/**
 * Writes names of traits as plain keys.
 * esbuild keeps every schema with a computed key, because computing a key may have a side effect.
 * With plain keys it drops the schemas of all operations that the program doesn't call.
 */
function withPlainKeys(text, file) {
  const names = new Map([...text.matchAll(NAME)].map(([, name, value]) => [name, value]));
  return changed(file, text, COMPUTED, (key, name) => (names.has(name) ? `${names.get(name)}:` : key));
}

function slimSchemas(text, file, name) {
  const parts = WITHOUT_ERROR_CLASSES.has(name) ? ERROR_CLASSES : [];
  return withPlainKeys(
    parts.reduce((rest, part) => changed(file, rest, part, ''), text),
    file,
  );
}

/** @type {import('esbuild').Plugin} */
export const slimSdk = {
  name: 'slim-sdk',
  setup({ onLoad, onResolve, onEnd }) {
    const missing = new Set(CLIENTS);
    onLoad({ filter: SCHEMAS }, async ({ path }) => {
      const [, name] = SCHEMAS.exec(path) ?? [];
      missing.delete(name);
      return { contents: slimSchemas(await readFile(path, 'utf8'), path, name), loader: 'js' };
    });
    onLoad({ filter: SERDE }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = WEB_CRYPTO.reduce((rest, [part, instead]) => changed(path, rest, part, instead), text);
      return { contents, loader: 'js' };
    });
    // The program calls no operation with an event stream.
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ kind, importer }) =>
      kind === 'import-statement' && RUNTIME.test(importer)
        ? { path: 'event-streams', namespace: 'slim-sdk' }
        : undefined,
    );
    onLoad({ filter: /^event-streams$/, namespace: 'slim-sdk' }, () => ({
      contents: 'export const eventStreamSerdeProvider = () => undefined;',
    }));
    onEnd(() => {
      if (missing.size > 0) throw new Error(`the SDK has changed: no schemas of ${[...missing].join(', ')}`);
    });
  },
};
