/**
 * What export, policy, and handoff print is what they printed before they shared one list of resources.
 * Only texts for people have changed in the fixtures since.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@cdktf/hcl2json';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { openPrintingAws, printedBy, type SceneName, sceneNames } from './scenes.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A change that came later and was wanted. */
interface Change {
  readonly reason: string;
  readonly files: RegExp;
  /** Whether it shows only between two accounts. */
  readonly isAcross?: true;
  /** The text without the change. */
  readonly undo: (text: string) => string;
}

const changes: readonly Change[] = [
  {
    reason: 'The function is given the endpoints of its requests.',
    files: /^export-\w+(-\w+)?\/(cloudformation\.json|main\.tf|make\.sh|wanted\.json)$/,
    undo: (text) => text.replace(/,?\n *"?OLD_POOL_ENDPOINTS"? *[:=] "https:[^"\n]+"/g, ''),
  },
  {
    reason: 'The doctor reports a runtime that is pinned.',
    files: /^policy(-self-test)?\//,
    undo: (text) => text.replace(/\n *"lambda:GetRuntimeManagementConfig",/, ''),
  },
  {
    reason: 'The doctor reports subscriptions to the log.',
    files: /^policy(-self-test)?\//,
    undo: (text) => text.replace(/\n *"logs:DescribeSubscriptionFilters",/, ''),
  },
  {
    reason: 'Teardown removes the role of a killed import.',
    files: /^policy\//,
    // Between two accounts, it is the last statement.
    undo: (text) =>
      text
        .replace(/\n {4}\{\n *"Sid": "RemoveTheRoleOfAKilledImport",[\s\S]*?\n {4}\},/g, '')
        .replace(/,\n {4}\{\n *"Sid": "RemoveTheRoleOfAKilledImport",[\s\S]*?\n {4}\}/g, ''),
  },
  {
    reason: 'The command users lists the users of the new pool.',
    files: /^policy\//,
    undo: (text) =>
      text.replace(
        /"Action": \[\s*"cognito-idp:AdminGetUser",\s*"cognito-idp:ListUsers"\s*\]/,
        '"Action": "cognito-idp:AdminGetUser"',
      ),
  },
  {
    reason:
      'The command users reads the request rates, status counts with metrics, and the self-test deletes alarms and asks about identity providers and import jobs.',
    files: /^policy(-self-test)?\//,
    undo: (text) =>
      text
        .replace(/\n *"cognito-idp:(?:CreateIdentityProvider|GetCSVHeader)",/g, '')
        // The guard of sign-ups, which only the self-test's policy has here: before its import jobs.
        .replace(
          /\n *"cognito-idp:ListIdentityProviders",(?=\n *"cognito-idp:ListUserImportJobs",\n *"cognito-idp:ListUserPoolClients")/,
          '',
        )
        .replace(/\n *"cognito-idp:(?:Create|Describe|Start)UserImportJob",/g, '')
        .replace(/\n {4}\{\n *"Sid": "(?:GiveARoleTo|DeleteTheLogOf)ImportJobs",[\s\S]*?\n {4}\},/g, '')
        .replace(/\n *"cloudwatch:DescribeAlarms",/, '')
        .replace(/,\n {4}\{\n *"Sid": "DeleteAlarmsAndDashboards",[^}]*\}/, '')
        .replace(/\n {4}\{\n *"Sid": "CountSignIns",[^}]*\},/, '')
        .replace('SeeQueuesRatesAndMetrics', 'SeeWhichQueuesStartIt')
        .replace(
          /"Action": \[\s*"lambda:ListEventSourceMappings",\s*"cognito-idp:GetProvisionedLimit",\s*"cloudwatch:GetMetricData"\s*\]/,
          '"Action": "lambda:ListEventSourceMappings"',
        ),
  },
  {
    reason: 'The doctor reports groups. Two statements are one, because a policy has a size limit.',
    files: /^policy(-old|-self-test)?\//,
    undo: (text) =>
      text
        .replace(
          /\{\s*"Sid": "ReadItsUsersAndGroups",[^\]]*\](,\s*"Resource": "[^"]*"\s*\})/,
          (_, rest: string) =>
            [
              ['CountWhatUsersLack', 'ListUsers'],
              ['ShowTheOldUserBesideTheNewOne', 'AdminGetUser'],
            ]
              .map(
                ([sid, action]) =>
                  `{\n      "Sid": "${sid}",\n      "Effect": "Allow",\n      "Action": "cognito-idp:${action}"${rest}`,
              )
              .join(',\n    '),
        )
        .replace(/\n *"cognito-idp:ListGroups",/, ''),
  },
  {
    reason: 'The command users reads the request rates of the old account too.',
    files: /^policy-old\//,
    isAcross: true,
    undo: (text) => text.replace(/\n {4}\{\n *"Sid": "SeeRequestRates",[^}]*\},/, ''),
  },
  {
    reason:
      'Terraform for the old account is HCL, so the longest name in the list of files has 3 letters less.',
    files: /^(two-accounts.*)?(export-[\w-]+|handoff)\/stdout\.txt$/,
    isAcross: true,
    undo: (text) =>
      text.includes('terraform/main.tf ')
        ? text
            .replaceAll(/^( {4}\S+ *)( {2}\S)/gm, '$1   $2')
            .replace('terraform/main.tf     ', 'terraform/main.tf.json')
        : text,
  },
];

const folder = fileURLToPath(new URL('../../fixtures/printed', import.meta.url));
const hcl = 'handoff/terraform/main.tf';
const hclBefore = `${hcl}.json`;

/** All that the program prints in a scene, by the names of the fixtures. */
async function printed(name: SceneName): Promise<Map<string, string>> {
  const scene = await openPrintingAws(name);
  onTestFinished(() => scene.close());
  vi.stubEnv('AWS_CONFIG_FILE', scene.profiles);
  const all = new Map<string, string>();
  for (const printing of scene.printings) {
    const { code, stdout } = await runCli(printing.argv);
    expect(code, printing.name).toBe(0);
    for (const [file, text] of await printedBy(printing, stdout, scene)) all.set(file, text);
  }
  return all;
}

async function recorded(name: SceneName): Promise<Map<string, string>> {
  const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = paths.map(
    async (path): Promise<[string, string]> => [
      path.slice(join(folder, name).length + 1).replaceAll('\\', '/'),
      await readFile(path, 'utf8'),
    ],
  );
  return new Map(await Promise.all(texts));
}

/** A configuration with its expressions read. For Terraform, a block is a list of one, and null is nothing. */
async function meaning(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) {
    return value.length === 1 ? meaning(value[0]) : Promise.all(value.map(meaning));
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(async ([key, inner]) => [key, await meaning(inner)]);
    return Object.fromEntries(await Promise.all(members));
  }
  if (value === null) return undefined;
  if (typeof value !== 'string') return value;
  if (value.startsWith('{"')) return meaning(JSON.parse(value));
  if (value === `\${string}`) return 'string';
  const [, encoded] = /^\$\{jsonencode\(([\s\S]*)\)\}$/.exec(value) ?? [];
  if (encoded === undefined) return value;
  const [{ value: inner }] = Object(await parse('main.tf', `locals {\n  value = ${encoded}\n}\n`)).locals;
  return meaning(JSON.parse(JSON.stringify(inner)));
}

describe.each(sceneNames)('%s', (name) => {
  test('prints what is recorded', async () => {
    const [now, before] = [await printed(name), await recorded(name)];
    const handedOff = before.get(hclBefore);
    if (handedOff !== undefined) {
      const configuration: unknown = JSON.parse(JSON.stringify(await parse('main.tf', now.get(hcl) ?? '')));
      expect(await meaning(configuration)).toEqual(await meaning(JSON.parse(handedOff)));
      now.delete(hcl);
      before.delete(hclBefore);
    }
    expect([...now.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    for (const [file, text] of now) {
      const fitting = changes.filter(({ files }) => files.test(file));
      expect(
        fitting.reduce((rest, { undo }) => undo(rest), text),
        file,
      ).toBe(before.get(file));
    }
    const used = ({ files, undo }: Change) =>
      [...now].some(([file, text]) => files.test(file) && undo(text) !== text);
    const isAcross = name.startsWith('two-accounts');
    expect(changes.filter(used)).toEqual(changes.filter((change) => isAcross || !change.isAcross));
  });
});
