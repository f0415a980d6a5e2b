/** A local AWS in which version 1.0.0 has set up a migration, and today's program there. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { onTestFinished } from 'vitest';
import { profilesFile } from '../fault-injection/sides.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { given } from '../support/errors.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { type Call, senderTo } from './calls.ts';
import { readCalls, readFixture, readZip } from './fixtures.ts';
import { fillNames, type Names } from './names.ts';
import { newerZip } from './newer-zip.ts';
import { openUpgradeAws, type UpgradeAws } from './scene.ts';
import type { StateName } from './states.ts';

export interface Installed extends Prepared {
  /** Hash of the code that today's program has. */
  readonly newCode: string;
  /** Runs today's program, with the flags of every command behind these words. */
  program(...argv: readonly string[]): Promise<CliResult>;
  /** Deletes the state file. What a person must say then is said from now on. */
  loseFile(): Promise<void>;
  /** The function as AWS has it. */
  functionNow(): Promise<FunctionNow>;
}

export interface FunctionNow {
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Stands for the one that 1.0.0 made up. */
const externalId = '0123456789abcdef0123456789abcdef';

/** Longer than any change takes to be in force. */
const settled = 30_000;

/** AWS before init, with what others made for it. */
export interface Prepared extends UpgradeAws {
  /** AWS as it was before init, as text. */
  readonly before: string;
  /** What stands in fixtures in braces; a new app client in the old pool is added. */
  readonly names: Names;
  send(calls: readonly Call[]): Promise<void>;
}

/** Opens it for the length of a test. */
export async function openPrepared(state: StateName): Promise<Prepared> {
  process.env.AWS_CONFIG_FILE = profilesFile;
  const scene = await openUpgradeAws(state, 'fake');
  onTestFinished(() => scene.close());
  const { sandbox, clock, folder, clients } = scene;
  const names: Record<string, string> = {
    'old pool': scene.oldPool,
    'new pool': scene.newPool,
    'external ID': externalId,
    folder,
    endpoint: sandbox.url,
    ...Object.fromEntries(Object.entries(clients).map(([one, id]) => [`client ${one}`, id])),
  };
  const sender = senderTo(sandbox.url, await readZip());
  onTestFinished(() => sender.close());
  const send = async (calls: readonly Call[]): Promise<void> => {
    for (const call of calls) {
      clock.advance(settled);
      const filled: Call = JSON.parse(fillNames(JSON.stringify(call), names));
      const { clientId } = await sender.send(filled);
      if (clientId !== undefined) names['old client'] = clientId;
    }
    clock.advance(settled);
  };
  const { before } = await readCalls(state);
  await send(before);
  sandbox.journal.clear();
  return { ...scene, before: snapshot(scene), names, send };
}

/** Opens it for the length of a test. */
export async function openInstalled(state: StateName): Promise<Installed> {
  const prepared = await openPrepared(state);
  const { sandbox, folder, file, sdk, name, names } = prepared;
  const zip = await newerZip();
  const handlerZip = pathToFileURL(join(folder, 'handler.zip'));
  await writeFile(handlerZip, zip.bytes);
  const { init } = await readCalls(state);
  await prepared.send(init);
  await writeFile(file, fillNames(await readFixture(state, 'state.json'), names), { mode: 0o600 });
  sandbox.journal.clear();
  let again: readonly string[] = [];
  return {
    ...prepared,
    newCode: zip.sha256,
    program: (command = '', ...words) =>
      runCli([command, ...words, ...prepared.flags, ...again], { ...prepared.io, handlerZip }),
    async loseFile() {
      await rm(file);
      again = againOf(prepared);
    },
    async functionNow() {
      const { Configuration, Tags = {} } = await sdk.lambda.send(
        new GetFunctionCommand({ FunctionName: name }),
      );
      const { CodeSha256, Environment } = given(Configuration);
      return { code: given(CodeSha256), environment: { ...Environment?.Variables }, tags: Tags };
    },
  };
}

/** Flags that a person must give where no state file has them. */
export const againOf = ({ state, names }: Prepared): string[] =>
  (state.again ?? []).map((word) => fillNames(word, names));
