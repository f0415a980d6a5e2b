// Every file that the program is loaded from costs it time, and each import() divides the bundle further: what two of them
// have in common becomes a file of its own. Imports that are lazy for the same reason are one here.
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Of our own: whatever a command says, it says with one of these. */
const REPORTING = [
  'src/cli/terminal/reporters/json.ts',
  'src/cli/terminal/reporters/plain.ts',
  'src/cli/terminal/reporters/stream.ts',
  'src/aws/errors.ts',
];

/** Packages of the SDK that load credentials of some kind when they need them: some thirty import() in all. */
const PROVIDING = /^(credential-provider-(?!cognito-identity)|credential-providers$|token-providers$)/;
/** Credentials from an identity pool, which this program does not ask for. */
const UNUSED = /cognito-identity/i;
const IMPORT = /const \{([^}]*)\} = await import\("([^"]+)"\)/g;

/** What those packages load, as `name → specifier and the folder it is meant from`. */
async function credentialNames(root) {
  const names = new Map();
  const scope = join(root, 'node_modules/@aws-sdk');
  for (const name of (await readdir(scope)).filter((one) => PROVIDING.test(one))) {
    const folder = join(scope, name, 'dist-es');
    for (const file of (await readdir(folder)).filter((one) => one.endsWith('.js'))) {
      const text = await readFile(join(folder, file), 'utf8');
      for (const [, words, specifier] of text.matchAll(IMPORT)) {
        if (UNUSED.test(specifier)) continue;
        for (const word of words.split(','))
          names.set(word.split(':')[0].trim(), { specifier, resolveDir: folder });
      }
    }
  }
  return names;
}

/** @returns {import('esbuild').Plugin} */
export const fewFiles = (root) => ({
  name: 'few-files',
  setup({ onResolve, onLoad, resolve: find }) {
    const reporting = REPORTING.map((file) => join(root, file));
    const isProvider = (file) =>
      /node_modules[\\/]@(aws-sdk|smithy)[\\/](credential-provider|token-provider)/.test(file);
    onResolve({ filter: /^[@.]/ }, ({ kind, importer, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      if (isProvider(importer)) return { path: 'credentials', namespace: 'few-files' };
      if (reporting.includes(resolve(resolveDir, path))) return { path: 'reporting', namespace: 'few-files' };
      // For browsers, and for streams of events.
      if (path === '@smithy/core/event-streams') return { path: 'nothing', namespace: 'few-files' };
      return undefined;
    });
    onResolve({ filter: /^bowser$/ }, () => ({ path: 'nothing', namespace: 'few-files' }));
    const from = (names, path) => `export ${names} from ${JSON.stringify(path)};`;
    onLoad({ filter: /^nothing$/, namespace: 'few-files' }, () => ({ contents: 'export default {};' }));
    onLoad({ filter: /^reporting$/, namespace: 'few-files' }, () => ({
      contents: reporting.map((path) => from('*', path)).join('\n'),
      resolveDir: root,
    }));
    onLoad({ filter: /^credentials$/, namespace: 'few-files' }, async () => {
      const lines = [...(await credentialNames(root))].map(async ([name, { specifier, resolveDir }]) => {
        const { path, errors } = await find(specifier, { kind: 'import-statement', resolveDir });
        if (errors.length > 0) throw new Error(`the SDK has changed: there is no ${specifier}`);
        return from(`{ ${name} }`, path);
      });
      return { contents: (await Promise.all(lines)).join('\n'), resolveDir: root };
    });
  },
});
