import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A running cognito-local. */
export interface CognitoLocal {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one cognito-local, in a folder of its own; `lambdaEndpoint` gives its pools a user-migration trigger. */
export async function startCognitoLocal(lambdaEndpoint?: string): Promise<CognitoLocal> {
  const folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-local-'));
  await mkdir(join(folder, '.cognito'));
  const config = lambdaEndpoint === undefined ? {} : triggers(lambdaEndpoint);
  await writeFile(join(folder, '.cognito/config.json'), JSON.stringify(config));
  const start = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js');
  const child = spawn(process.execPath, [start], {
    cwd: folder,
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    url: await announced(child),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function triggers(endpoint: string) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    TriggerFunctions: { UserMigration: 'migrate' },
    LambdaClient: { endpoint, region: 'local', credentials },
  };
}

/** The address that it writes once it listens. */
function announced(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let written = '';
    child.stdout?.on('data', (chunk) => {
      written += String(chunk);
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(written)?.[0];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`cognito-local ended with ${code}: ${written}`)));
  });
}
