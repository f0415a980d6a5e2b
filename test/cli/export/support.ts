/** export in a scene, and what init still does after what it was made from was made. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, inject, onTestFinished } from 'vitest';
import { keysOf } from '../../../src/sandbox/index.ts';
import {
  account,
  type ConfigurationName,
  type ConfiguredAws,
  openConfiguredAws,
} from '../../fault-injection/scene.ts';
import { snapshot } from '../../fault-injection/snapshot.ts';
import { given } from '../../support/errors.ts';
import { type LocalAws, namesOf } from '../../support/local-aws.ts';
import { runCli } from '../../support/run-cli.ts';

import { ownSid } from './makers.ts';

export async function sceneOf(
  name: ConfigurationName,
  time: 'fake' | 'real' = 'fake',
): Promise<ConfiguredAws> {
  const scene = await openConfiguredAws(name, time);
  onTestFinished(() => scene.close());
  return scene;
}

/** Arguments of export: those of init but for the approval. */
export const exportWords = (scene: ConfiguredAws, format: string): string[] => [
  ...['export', '--format', format],
  ...scene.init.slice(1).filter((word) => word !== '--yes'),
];

/** Writes the folder, and returns its path. Nothing in AWS is changed by it. */
export async function exported(scene: ConfiguredAws, format: string, ...more: string[]): Promise<string> {
  const folder = join(scene.folder, format);
  scene.sandbox.journal.clear();
  const ended = await runCli([...exportWords(scene, format), '--out', folder, ...more], scene.io);
  expect(ended.stderr).not.toMatch(/[✖!]/);
  expect(ended.code).toBe(0);
  expect(scene.sandbox.journal.writes()).toEqual([]);
  return folder;
}

export const textIn = (folder: string, name: string): Promise<string> => readFile(join(folder, name), 'utf8');

export const handlerZip = (): Promise<Uint8Array> => readFile(inject('handlerZip'));

/** How AWS looks after nothing but init, in another scene of the same configuration. */
export async function afterInitOf(name: ConfigurationName, ...more: string[]): Promise<unknown> {
  const scene = await sceneOf(name);
  expect((await runCli([...scene.init, ...more], scene.io)).code).toBe(0);
  return looks(scene);
}

/** What init changes in AWS, by name, once it has run. */
export async function writesOfInit(scene: ConfiguredAws, ...more: string[]): Promise<string[]> {
  scene.sandbox.journal.clear();
  const ended = await runCli([...scene.init, ...more], scene.io);
  expect(ended.stderr).not.toContain('✖');
  expect(ended.code).toBe(0);
  return namesOf(scene.sandbox.journal.writes());
}

/** What is live, in init's order: the undo record of the one app client, the client, the pool. */
export const liveWrites = [
  'lambda:TagResource',
  'cognito-idp:UpdateUserPoolClient',
  'cognito-idp:UpdateUserPool',
];

/** AWS as it looks, but for what no format can do otherwise: order in policy documents, CloudFormation's own permission ID. */
export const looks = (scene: ConfiguredAws): unknown =>
  JSON.parse(snapshot(scene).replaceAll(ownSid, 'cognito-migrate'), (_key, value) =>
    typeof value === 'string' && /^\{\s*"/.test(value) ? JSON.parse(value) : value,
  );

/** A pool of the same account in another Region. */
export async function farPool({ sandbox }: LocalAws): Promise<string> {
  const credentials = keysOf(account);
  const idp = new CognitoIdentityProviderClient({ endpoint: sandbox.url, region: 'us-east-1', credentials });
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: 'far' }));
  return given(UserPool?.Id);
}
