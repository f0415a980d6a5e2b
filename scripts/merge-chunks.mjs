// Merges lazily imported files, because each loaded file costs start time.
// Each import() splits the bundle further: code that two of them share becomes a separate file.
// Here, imports that are lazy for the same reason become one.
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Our own files. Every command reports its output through one of these. */
const REPORTING = [
  'src/cli/terminal/reporters/json.ts',
  'src/cli/terminal/reporters/plain.ts',
  'src/cli/terminal/reporters/stream.ts',
  'src/aws/errors.ts',
];

/** SDK packages that load some kind of credentials on demand: about thirty import() calls in total. */
const PROVIDING = /^(credential-provider-(?!cognito-identity)|credential-providers$|token-providers$)/;
/** Credentials from an identity pool, which this program does not use. */
const UNUSED = /cognito-identity/i;
const IMPORT = /const \{([^}]*)\} = await import\("([^"]+)"\)/g;

/** The lazy imports of those packages, as `name → specifier and the folder that it is relative to`. */
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
export const mergeChunks = (root) => ({
  name: 'merge-chunks',
  setup({ onResolve, onLoad, resolve: find }) {
    const reporting = REPORTING.map((file) => join(root, file));
    const isProvider = (file) =>
      /node_modules[\\/]@(aws-sdk|smithy)[\\/](credential-provider|token-provider)/.test(file);
    onResolve({ filter: /^[@.]/ }, ({ kind, importer, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      if (isProvider(importer)) return { path: 'credentials', namespace: 'merge-chunks' };
      if (reporting.includes(resolve(resolveDir, path)))
        return { path: 'reporting', namespace: 'merge-chunks' };
      // Only for browsers, and for event streams.
      if (path === '@smithy/core/event-streams') return { path: 'nothing', namespace: 'merge-chunks' };
      return undefined;
    });
    onResolve({ filter: /^bowser$/ }, () => ({ path: 'nothing', namespace: 'merge-chunks' }));
    const from = (names, path) => `export ${names} from ${JSON.stringify(path)};`;
    onLoad({ filter: /^nothing$/, namespace: 'merge-chunks' }, () => ({ contents: 'export default {};' }));
    onLoad({ filter: /^reporting$/, namespace: 'merge-chunks' }, () => ({
      contents: reporting.map((path) => from('*', path)).join('\n'),
      resolveDir: root,
    }));
    onLoad({ filter: /^credentials$/, namespace: 'merge-chunks' }, async () => {
      const lines = [...(await credentialNames(root))].map(async ([name, { specifier, resolveDir }]) => {
        const { path, errors } = await find(specifier, { kind: 'import-statement', resolveDir });
        if (errors.length > 0) throw new Error(`the SDK has changed: there is no ${specifier}`);
        return from(`{ ${name} }`, path);
      });
      return { contents: (await Promise.all(lines)).join('\n'), resolveDir: root };
    });
  },
});
