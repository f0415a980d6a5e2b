// Leaves the SDK's error classes out of the program.
// A client has one class for each error of each operation, and parsing them would be a tenth of a command's start.
// Without its class, an error is of the client's base class and has the same name, message, and members.
// IAM keeps its classes: its answers have other names (NoSuchEntity) than the classes (NoSuchEntityException).
import { readFile } from 'node:fs/promises';

const CLIENTS = ['cognito-identity-provider', 'lambda', 'cloudwatch-logs'];
const SCHEMAS = new RegExp(
  `@aws-sdk[\\\\/]client-(${CLIENTS.join('|')})[\\\\/]dist-es[\\\\/]schemas[\\\\/]schemas_0\\.js$`,
);
const PARTS = [/^import \{[^}]*\} from "\.\.\/models\/errors";$/m, /^n0_registry\.registerError\(.*$/gm];

/** Each part must be there, so that a new version of the SDK stops the build instead of changing the program. */
function withoutParts(source, file) {
  return PARTS.reduce((text, part) => {
    const rest = text.replace(part, '');
    if (rest === text) throw new Error(`the SDK has changed: ${file} has no ${part}`);
    return rest;
  }, source);
}

/** @type {import('esbuild').Plugin} */
export const withoutErrorClasses = {
  name: 'without-error-classes',
  setup({ onLoad, onEnd }) {
    const missing = new Set(CLIENTS);
    onLoad({ filter: SCHEMAS }, async ({ path }) => {
      missing.delete(SCHEMAS.exec(path)?.[1]);
      return { contents: withoutParts(await readFile(path, 'utf8'), path), loader: 'js' };
    });
    onEnd(() => {
      if (missing.size > 0) throw new Error(`the SDK has changed: no schemas of ${[...missing].join(', ')}`);
    });
  },
};
