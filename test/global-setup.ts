/**
 * Builds dist/ when a source is newer, and puts a copy of it, as npm would install it, outside the repository: what runs
 * from there proves that it needs nothing else, and nobody's next build can pull it away during the tests.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built cli/main.js, in a folder of its own. */
    readonly program: string;
    /** The built handler.zip beside it. */
    readonly handlerZip: string;
    /** A working folder for whatever needs none of its own. */
    readonly folder: string;
  }
}

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = ['src', 'docs', 'templates', 'scripts', 'package.json'].map((name) => join(root, name));

const newest = (path: string): number => {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
};

export default function setup(project: TestProject): () => void {
  const built = join(root, 'dist/cli/main.js');
  if (!existsSync(built) || statSync(built).mtimeMs < Math.max(...sources.map(newest))) {
    execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cognito-migrate-built-')));
  // scripts/coverage.mjs builds another one, with source maps.
  cpSync(process.env.COVERAGE_PROGRAM ?? join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  project.provide('program', join(folder, 'dist/cli/main.js'));
  project.provide('handlerZip', join(folder, 'dist/handler.zip'));
  mkdirSync(join(folder, 'work'));
  project.provide('folder', join(folder, 'work'));
  return () => rmSync(folder, { recursive: true, force: true });
}
