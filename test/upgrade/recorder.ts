/** Makes the fixtures of a version: runs its program in each state against a local AWS, and writes down what came of it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ListUserPoolClientsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { keysOf } from '../../src/sandbox/index.ts';
import type { Journal } from '../../src/sandbox/journal.ts';
import { profilesFile } from '../fault-injection/sides.ts';
import { given } from '../support/errors.ts';
import type { Call } from './calls.ts';
import { makeExistingParts } from './existing-parts.ts';
import { makeOldHalf } from './handoff.ts';
import { init, journeyOf, type Step } from './journeys.ts';
import { fillNames, hideNames, type Names } from './names.ts';
import { openUpgradeAws, type UpgradeAws } from './scene.ts';
import { type StateName, stateNames } from './states.ts';

export interface Recording {
  /** The built `cli/main.js` of the version. */
  readonly program: string;
  /** Folder to write. */
  readonly out: string;
  /** States to add to a folder that has others already; absent: all, in a new folder. */
  readonly states?: readonly StateName[];
}

/** Records every state, with the documents and, a second time, with the streams. */
export async function record(recording: Recording): Promise<void> {
  if (recording.states === undefined) await rm(recording.out, { recursive: true, force: true });
  await mkdir(recording.out, { recursive: true });
  const zip = await readFile(join(dirname(recording.program), '../handler.zip'));
  await writeFile(join(recording.out, 'handler.zip'), zip);
  for (const state of recording.states ?? stateNames) {
    await recordState(recording, state, 'documents');
    await recordState(recording, state, 'streams');
  }
}

interface File {
  readonly name: string;
  readonly text: string;
}

async function recordState(
  recording: Recording,
  state: StateName,
  what: 'documents' | 'streams',
): Promise<void> {
  const scene = await openUpgradeAws(state, 'real');
  try {
    const { journal } = scene.sandbox;
    journal.clear();
    const parts = await prepare(recording, scene);
    const before = callsIn(journal);
    const files: File[] = [];
    let names: Names = {};
    let isInstalled = false;
    for (const step of journeyOf(state)) {
      journal.clear();
      const text = await run(recording, scene, step, wordsOf(scene, step, what, isInstalled ? [] : parts));
      if (what === 'documents') files.push({ name: `documents/${step.name}.json`, text });
      else if (step.streams) files.push({ name: `streams/${step.name}.ndjson`, text });
      if (step !== init) continue;
      isInstalled = true;
      names = await namesOf(scene);
      if (what === 'documents') files.push(...(await installedBy(scene, { before, init: callsIn(journal) })));
    }
    for (const { name, text } of files) {
      const file = join(recording.out, state, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, alwaysTheSame(hideNames(text, names)));
    }
  } finally {
    await scene.close();
  }
}

/** Words behind the flags. */
const wordsOf = (
  { state }: UpgradeAws,
  step: Step,
  what: 'documents' | 'streams',
  parts: readonly string[],
) => [
  ...(step === init ? state.init : []),
  ...parts,
  '--json',
  ...(what === 'streams' && step.streams ? ['--stream'] : []),
];

/** What the state is made of. */
const installedBy = async (scene: UpgradeAws, calls: object): Promise<File[]> => [
  { name: 'calls.json', text: asText(calls) },
  { name: 'function.json', text: asText(await functionOf(scene)) },
  { name: 'state.json', text: await readFile(scene.file, 'utf8') },
];

/** What others make before init, and the flags that init is given for it. */
async function prepare(recording: Recording, scene: UpgradeAws): Promise<string[]> {
  if (scene.state.isHandedOff) return handOff(recording, scene);
  return scene.state.isExisting ? makeExistingParts(scene) : [];
}

async function handOff(recording: Recording, scene: UpgradeAws): Promise<string[]> {
  const step = { name: 'handoff', argv: ['handoff', '--out', '{{folder}}/handoff'] };
  await run(recording, scene, step, ['--json']);
  return makeOldHalf(scene);
}

/** Runs the program as a process of its own, and gives what it printed. */
async function run(
  { program }: Recording,
  scene: UpgradeAws,
  { name, argv, isBare, stdin = '', exit = 0 }: Step,
  words: readonly string[],
): Promise<string> {
  const names = await namesOf(scene);
  const flags = isBare ? ['--state', scene.file] : scene.flags;
  const child = spawn(
    process.execPath,
    [program, ...argv.map((word) => fillNames(word, names)), ...flags, ...words],
    {
      cwd: scene.folder,
      env: {
        PATH: process.env.PATH,
        HOME: scene.folder,
        AWS_ACCESS_KEY_ID: keysOf('111122223333').accessKeyId,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_CONFIG_FILE: profilesFile,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: scene.sandbox.url,
        AWS_REGION: 'eu-west-1',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  child.stdin.end(stdin);
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== exit) throw new Error(`${name} ended with ${code}, not ${exit}: ${Buffer.concat(errors)}`);
  return Buffer.concat(out).toString();
}

/** What is another one each time, as far as it is there. */
async function namesOf(scene: UpgradeAws): Promise<Names> {
  const { oldPool, newPool, folder, sandbox, clients } = scene;
  const { UserPoolClients = [] } = await scene.oldSdk.idp.send(
    new ListUserPoolClientsCommand({ UserPoolId: oldPool, MaxResults: 60 }),
  );
  const { external } = await variablesOf(scene);
  return {
    'old pool': oldPool,
    'new pool': newPool,
    folder,
    endpoint: sandbox.url,
    ...Object.fromEntries(Object.entries(clients).map(([name, id]) => [`client ${name}`, id])),
    ...(UserPoolClients[0] === undefined ? {} : { 'old client': given(UserPoolClients[0].ClientId) }),
    ...(external === undefined ? {} : { 'external ID': external }),
  };
}

async function variablesOf(scene: UpgradeAws): Promise<{ external?: string | undefined }> {
  const found = await functionOf(scene).catch(() => undefined); // not there yet, or no more
  return { external: found?.environment.OLD_EXTERNAL_ID };
}

/** The function as AWS has it, without what AWS itself makes up. */
async function functionOf({ sdk, name }: UpgradeAws) {
  const { Configuration, Tags = {} } = await sdk.lambda.send(new GetFunctionCommand({ FunctionName: name }));
  const { Runtime, Handler, Role, MemorySize, Timeout, CodeSha256, Environment } = given(Configuration);
  return {
    Runtime,
    Handler,
    Role,
    MemorySize,
    Timeout,
    CodeSha256,
    environment: { ...Environment?.Variables },
    tags: Tags,
  };
}

const callsIn = (journal: Journal): Call[] =>
  journal
    .writes()
    .filter(({ result }) => result === 'ok')
    .map(({ account, region, service, operation, input }) => {
      const { Code: _code, ...rest } = input;
      return { account, region, call: `${service}:${operation}`, input: rest };
    });

const asText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The same moment everywhere, no duration, and the IDs of users counted. */
function alwaysTheSame(text: string): string {
  const users = new Map<string, number>();
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-11-22T12:00:00.000Z')
    .replace(/("(?:CreationDate|LastModifiedDate)": ?)[\d.e]+/g, '$11795348800')
    .replace(/("(?:ms|durationMs)": ?)[\d.]+/g, '$11')
    .replace(/\(\d+ ms\)/g, '(1 ms)')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      if (!users.has(id)) users.set(id, users.size + 1);
      return `00000000-0000-4000-8000-${String(users.get(id)).padStart(12, '0')}`;
    });
}
