/**
 * node scripts/record-release.mjs --checkout FOLDER [--states NAME,NAME]
 * Makes test/fixtures/<version> from the program that is built in that folder: what this version leaves in AWS, in its state
 * file, and on standard output, in each state of test/upgrade/states.ts. Needs the AWS CLI. The local AWS is this one's.
 * --states adds these to the states that are recorded already.
 * --printed makes test/fixtures/printed instead: what export, policy, and handoff of that program print.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exit } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: { checkout: { type: 'string' }, states: { type: 'string' }, printed: { type: 'boolean' } },
});
if (values.checkout === undefined) {
  console.error('--checkout takes the folder of a checkout in which `npm ci` has built the program.');
  exit(2);
}
const checkout = resolve(values.checkout);
const { version } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
const out = join(root, 'test/fixtures', values.printed ? 'printed' : version);

const folder = await mkdtemp(join(tmpdir(), 'record-release-'));
try {
  const outfile = join(folder, 'recorder.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: [values.printed ? 'test/cli/printed/recorder.ts' : 'test/upgrade/recorder.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node20',
    logLevel: 'warning',
  });
  const { record } = await import(pathToFileURL(outfile).href);
  await record({
    program: join(checkout, 'dist/cli/main.js'),
    out,
    ...(values.states === undefined ? {} : { states: values.states.split(',') }),
  });
  console.log(`${out} is the program of ${checkout}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
