/** A reader that has seen enough closes the pipe: nothing is said about it, and the work is done all the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, inject, onTestFinished, test } from 'vitest';
import { sceneEnv } from './program.ts';
import { assertTakenDown } from './prove.ts';
import { type ConfiguredAws, openConfiguredAws } from './scene.ts';
import { snapshot } from './snapshot.ts';

async function opened(): Promise<ConfiguredAws> {
  const scene = await openConfiguredAws('plain', 'real');
  onTestFinished(() => scene.close());
  return scene;
}

/** Runs the program and closes its standard output before anything is written there. */
async function withoutReader(
  scene: ConfiguredAws,
  argv: readonly string[],
): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [inject('program'), ...argv], {
    cwd: scene.folder,
    env: sceneEnv(scene),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test.each([['--json'], ['--verbose']])('init %s', async (flag) => {
  const scene = await opened();
  const before = snapshot(scene);
  const { code, stderr } = await withoutReader(scene, [...scene.init, flag]);
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/EPIPE|bug|^\s+at /m);
  expect(snapshot(scene)).not.toBe(before);
  await assertTakenDown(scene, before);
});

test.each([
  ['--help', 0],
  ['--version', 0],
  ['status', 5],
])('%s keeps its exit code', async (word, expected) => {
  const scene = await opened();
  const { code, stderr } = await withoutReader(scene, word === 'status' ? scene.status : [word]);
  expect(code).toBe(expected);
  expect(stderr).not.toMatch(/EPIPE|bug|^\s+at /m);
});
