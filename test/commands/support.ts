/** A scene that is closed when the test is over, and what status says of it. */
import { expect, onTestFinished } from 'vitest';
import { fromJSONSchema } from 'zod';
import { type StatusDocument, StatusDocument as StatusSchema } from '../../src/core/status-document.ts';
import { assertDone, assertOrderly } from '../fault-injection/prove.ts';
import { type ConfigurationName, type ConfiguredAws, openConfiguredAws } from '../fault-injection/scene.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

/** Two pools; nothing of the migration exists yet. */
export async function scene(configuration: ConfigurationName = 'plain'): Promise<ConfiguredAws> {
  const opened = await openConfiguredAws(configuration, 'fake');
  onTestFinished(() => opened.close());
  return opened;
}

/** The same after an undisturbed init; the journal begins after it. */
export async function installed(configuration: ConfigurationName = 'plain'): Promise<ConfiguredAws> {
  const opened = await scene(configuration);
  assertDone(await runCli(opened.init, opened.io));
  opened.sandbox.journal.clear();
  return opened;
}

/** status --json: its exit code, and its document, which has to be as --json-schema promises. */
export async function status(
  aws: ConfiguredAws,
  ...more: readonly string[]
): Promise<{ readonly code: CliResult['code']; readonly document: StatusDocument }> {
  const ended = await runCli([...aws.status, ...more], aws.io);
  assertOrderly(ended);
  const printed = await runCli(['status', '--json-schema'], aws.io);
  assertDone(printed);
  const raw: unknown = JSON.parse(ended.stdout);
  expect(fromJSONSchema(JSON.parse(printed.stdout)).safeParse(raw).error).toBeUndefined();
  return { code: ended.code, document: StatusSchema.parse(raw) };
}

/** Health of each thing, by step and key, without those that are in place. */
export const unhealthy = ({ steps }: StatusDocument): Record<string, string> =>
  Object.fromEntries(
    steps
      .filter(({ health }) => health !== 'in place')
      .map(({ step, key, health }) => [key === undefined ? step : `${step}:${key}`, health]),
  );

/** Paths of the fields in which a step differs from what it should be. */
export const fieldsOf = ({ steps }: StatusDocument, id: string): string[] =>
  steps.filter(({ step }) => step === id).flatMap(({ differences }) => differences.map(({ path }) => path));
