/**
 * A dashboard in CloudWatch about the migration, if alarms are chosen.
 * PutDashboard overwrites a dashboard of the same name, so the step reads first.
 */

import { parseArn } from '../aws/arn.ts';
import type { CloudWatch } from '../aws/cloud-watch.ts';
import { cloudWatchUrl } from '../aws/console-url.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { alarmsTag } from '../aws/function/undo-tags.ts';
import { missingTags, ownerOf, ownTags, poolTag, type TagMap, toTagList } from '../aws/ownership.ts';
import { noEffect } from '../core/effects.ts';
import { differences, type JsonObject, parseObject, toJsonObject } from '../core/json.ts';
import type { Vars } from '../core/variables/index.ts';
import { type AlarmVars, alarmKeysOf, alarmName, countOf, functionMetric } from './alarm-rules.ts';
import { cloudWatchTags, removeDashboard } from './alarms.ts';
import { defineStep } from './define-step.ts';
import { alarmArn, dashboardArn } from './names.ts';

type Props = { readonly body: JsonObject; readonly tags: TagMap };
type DashboardVars = AlarmVars & Pick<Vars, 'NEW_USER_POOL_ARN'> & Partial<Pick<Vars, 'GROUP_PLAN'>>;

type Metric = ReturnType<typeof countOf>;

/** A metric as a widget takes it: namespace, name, and the names and values of its dimensions. */
const row = ({ Namespace, MetricName, Dimensions }: Metric, label?: string) => [
  Namespace,
  MetricName,
  ...Dimensions.flatMap(({ Name, Value }) => [Name, Value]),
  ...(label === undefined ? [] : [{ label }]),
];

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const graph = (place: Place, title: string, stat: string, metrics: readonly unknown[], region: string) => ({
  type: 'metric',
  ...place,
  properties: { title, view: 'timeSeries', stat, period: 3600, region, metrics },
});

/** The first widget. It names the pools, so it also says whose the dashboard is where tags are missing. */
const heading = ({ OLD_USER_POOL_ID, NEW_USER_POOL_ID }: AlarmVars): string =>
  `User migration ${OLD_USER_POOL_ID} to ${NEW_USER_POOL_ID}. Created by cognito-migrate: init replaces changes, and teardown removes it.`;

/** "Dashboard Body Structure and Syntax" (CloudWatch API Reference). A dashboard is 24 columns wide. */
function bodyOf(vars: DashboardVars): JsonObject {
  const { region } = parseArn(vars.NEW_USER_POOL_ARN);
  const counts = [
    row(countOf('Migrated', vars), 'handed over'),
    row(countOf('Reset', vars), 'of these without password'),
    row(countOf('WrongCredentials', vars), 'wrong passwords'),
    row(countOf('Refused', vars), 'refused'),
    row(countOf('Failed', vars), 'failed'),
  ];
  const runs = ['Invocations', 'Errors', 'Throttles'].map((name) => row(functionMetric(name, vars)));
  const alarms = alarmKeysOf(vars).map((key) => alarmArn(vars, alarmName(vars, key)));
  return toJsonObject({
    widgets: [
      { type: 'text', x: 0, y: 0, width: 24, height: 2, properties: { markdown: heading(vars) } },
      { type: 'alarm', x: 0, y: 2, width: 24, height: 2, properties: { title: 'Alarms', alarms } },
      graph({ x: 0, y: 4, width: 24, height: 6 }, 'Sign-ins by hour', 'Sum', counts, region),
      graph({ x: 0, y: 10, width: 12, height: 6 }, 'Function', 'Sum', runs, region),
      graph(
        { x: 12, y: 10, width: 12, height: 6 },
        'Duration of the function in milliseconds (99th percentile)',
        'p99',
        [row(functionMetric('Duration', vars))],
        region,
      ),
    ],
  });
}

/**
 * CloudFormation and Terraform create it without tags. It is then ours by its first widget.
 * "A good practice is to add a text widget at the top of the dashboard" (PutDashboard).
 */
function isByText(body: JsonObject, vars: AlarmVars): boolean {
  return JSON.stringify(body).includes(JSON.stringify(heading(vars)));
}

async function find(cloudWatch: CloudWatch, DashboardName: string): Promise<JsonObject | undefined> {
  const found = await undefinedIfNotFound(
    cloudWatch.getDashboard({ DashboardName }),
    'ResourceNotFound',
    'DashboardNotFoundError',
  );
  return found && (parseObject(found.DashboardBody ?? '') ?? {});
}

export const dashboard = defineStep({
  id: 'dashboard',
  title: 'dashboard',
  effects: {
    missing: noEffect('CloudWatch shows no dashboard of the migration.'),
    drifted: noEffect('The dashboard may show other values than planned.'),
    foreign: noEffect('The dashboard of this name does not belong to this migration.'),
  },
  kind: 'create',
  requires: ['NAME', 'TAGS', 'ALARMS', 'OLD_USER_POOL_ID', 'NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN'],
  optional: ['GROUP_PLAN'],
  outputs: [],
  when: ({ ALARMS }) => ALARMS !== undefined,
  earlierKeys: (inputs) => (inputs.UNDO_RECORDS[alarmsTag] === undefined ? [] : ['']),
  describe: ({ NAME }) => NAME,
  consoleUrl: ({ NEW_USER_POOL_ARN, NAME }) => cloudWatchUrl(NEW_USER_POOL_ARN, 'dashboard', NAME),
  // The statement of the alarms includes it, because a policy has a size limit.
  permissions: [],
  cleanup: { deletedWith: 'alarms' },

  desired: ({ vars, live }): Props => ({ body: bodyOf(vars), tags: { ...live?.tags, ...ownTags(vars) } }),

  iac: ({ want, vars }) => ({
    type: 'dashboard',
    calls: [
      {
        operation: 'PutDashboard',
        input: { DashboardName: vars.NAME, DashboardBody: want.body, Tags: toTagList(want.tags) },
      },
    ],
  }),

  async read({ aws, vars }) {
    const cloudWatch = await aws.new.cloudWatch();
    const [body, tags] = await Promise.all([
      find(cloudWatch, vars.NAME),
      cloudWatchTags(cloudWatch, dashboardArn(vars)),
    ]);
    if (body === undefined || tags === undefined) return undefined;
    const isUntagged = tags[poolTag] === undefined && isByText(body, vars);
    const owner = isUntagged ? ({ ownership: 'ours' } as const) : ownerOf(tags, vars);
    return { props: { body, tags }, outputs: {}, ...owner };
  },

  async write({ aws, want, live, vars }) {
    const cloudWatch = await aws.new.cloudWatch();
    // "If you specify Tags when updating an existing dashboard, the tag updates are ignored."
    if (live === undefined || differences(live.props.body, want.body).length > 0)
      await cloudWatch.putDashboard({
        DashboardName: vars.NAME,
        DashboardBody: JSON.stringify(want.body),
        ...(live === undefined ? { Tags: toTagList(want.tags) } : {}),
      });
    const missing = live === undefined ? {} : missingTags(want.tags, live.props.tags);
    if (Object.keys(missing).length > 0)
      await cloudWatch.tagResource({ ResourceARN: dashboardArn(vars), Tags: toTagList(missing) });
    return { outputs: {} };
  },

  async remove({ aws, vars }) {
    await removeDashboard(await aws.new.cloudWatch(), vars.NAME);
    return undefined;
  },
});
