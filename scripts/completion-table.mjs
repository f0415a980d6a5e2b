import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Makes the table that completion reads, from the declarations in the sources. Returns its JSON text. */
export async function completionTable() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/completion-table.ts'],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // Nothing is loaded that only runs in a command.
    packages: 'external',
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return JSON.stringify(module.exports.completionTable());
}
