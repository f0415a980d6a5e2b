import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Files of the package that are made from the declarations in the sources, by name.
 * @returns {Promise<Readonly<Record<string, string>>>}
 */
export async function generatedFiles() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: `export { completionTable } from './src/cli/completion-table.ts';
        export { configJsonSchema } from './src/cli/commands/config-schema/command.ts';`,
      resolveDir: root,
    },
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
  const { completionTable, configJsonSchema } = module.exports;
  return {
    // Compressed, because the package is limited to 2 MB.
    'completion.json.br': brotliCompressSync(JSON.stringify(completionTable())),
    'config.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  };
}
