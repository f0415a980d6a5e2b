/** Makes the fixtures of printed documents: runs a built program in each scene against a local AWS. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { keysOf } from '../../../src/sandbox/index.ts';
import { openPrintingAws, printedBy, type SceneName, sceneNames } from './scenes.ts';

export interface PrintRecording {
  /** The built `cli/main.js`. */
  readonly program: string;
  /** Folder to write. */
  readonly out: string;
}

const start = promisify(execFile);

export async function record({ program, out }: PrintRecording): Promise<void> {
  await rm(out, { recursive: true, force: true });
  for (const name of sceneNames) await recordScene(program, join(out, name), name);
}

async function recordScene(program: string, out: string, name: SceneName): Promise<void> {
  const scene = await openPrintingAws(name);
  try {
    const env = {
      PATH: process.env.PATH,
      HOME: scene.folder,
      AWS_ACCESS_KEY_ID: keysOf('111122223333').accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_CONFIG_FILE: scene.profiles,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    for (const printing of scene.printings) {
      const { stdout } = await start(process.execPath, [program, ...printing.argv], {
        cwd: scene.folder,
        env,
      });
      for (const [file, text] of await printedBy(printing, stdout, scene)) {
        await mkdir(dirname(join(out, file)), { recursive: true });
        await writeFile(join(out, file), text);
      }
    }
  } finally {
    await scene.close();
  }
}
