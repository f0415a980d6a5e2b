/** Alarms in CloudWatch about the migration, if chosen. PutMetricAlarm overwrites, so the step reads first. */
import type {
  MetricAlarm,
  MetricDataQuery,
  PutMetricAlarmCommandInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import type { CloudWatch } from '../aws/cloud-watch.ts';
import { cloudWatchUrl } from '../aws/console-url.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { alarmsTag } from '../aws/function/undo-tags.ts';
import { missingTags, ownerOf, ownTags, type TagMap, toTagList, toTagMap } from '../aws/ownership.ts';
import { noEffect } from '../core/effects.ts';
import { differences, type JsonObject, toJsonObject } from '../core/json.ts';
import { lifecycle } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import {
  type AlarmKey,
  type AlarmVars,
  alarmKeys,
  alarmKeysOf,
  alarmName,
  isAlarmKey,
  ruleOf,
} from './alarm-rules.ts';
import { defineStep } from './define-step.ts';
import { alarmArn, dashboardArn } from './names.ts';

/** The actions of an alarm. Those that others added for other states stay. */
type Actions = {
  readonly alarm: readonly string[];
  readonly ok: readonly string[];
  readonly insufficientData: readonly string[];
};
/** The settings of an alarm in a form that does not depend on AWS's order. */
type Settings = { readonly rule: JsonObject; readonly actions: Actions };
type Props = { readonly alarms: Readonly<Record<string, Settings>>; readonly tags: TagMap };

/** The value of ALARMS for alarms that notify nobody. */
const withoutTopic = 'on';

const actionsOf = ({ AlarmActions, OKActions, InsufficientDataActions }: Partial<MetricAlarm>): Actions => ({
  alarm: (AlarmActions ?? []).toSorted(),
  ok: (OKActions ?? []).toSorted(),
  insufficientData: (InsufficientDataActions ?? []).toSorted(),
});

const dimensionsOf = (dimensions: MetricAlarm['Dimensions']): JsonObject =>
  Object.fromEntries((dimensions ?? []).map(({ Name = '', Value }) => [Name, Value]));

const queryOf = ({ Id = '', Expression, MetricStat, ReturnData }: MetricDataQuery) =>
  [
    Id,
    {
      Expression,
      ...(MetricStat && {
        Namespace: MetricStat.Metric?.Namespace,
        MetricName: MetricStat.Metric?.MetricName,
        Dimensions: dimensionsOf(MetricStat.Metric?.Dimensions),
        Period: MetricStat.Period,
        Stat: MetricStat.Stat,
        Unit: MetricStat.Unit,
      }),
      ReturnData,
    },
  ] as const;

/** What we compare, in the input of PutMetricAlarm and in the answer of DescribeAlarms alike. */
function settingsOf(alarm: PutMetricAlarmCommandInput | MetricAlarm): Settings {
  const { Metrics, Dimensions } = alarm;
  const rule = toJsonObject({
    AlarmDescription: alarm.AlarmDescription,
    ActionsEnabled: alarm.ActionsEnabled,
    Namespace: alarm.Namespace,
    MetricName: alarm.MetricName,
    Dimensions: dimensionsOf(Dimensions),
    Statistic: alarm.Statistic,
    Period: alarm.Period,
    Unit: alarm.Unit,
    Metrics: Object.fromEntries((Metrics ?? []).map(queryOf)),
    EvaluationPeriods: alarm.EvaluationPeriods,
    DatapointsToAlarm: alarm.DatapointsToAlarm,
    Threshold: alarm.Threshold,
    ComparisonOperator: alarm.ComparisonOperator,
    TreatMissingData: alarm.TreatMissingData,
  });
  return { rule, actions: actionsOf(alarm) };
}

/**
 * The input of PutMetricAlarm, without tags.
 * @param kept the actions of the existing alarm. Without a topic, those that others added stay.
 */
function newAlarm(
  key: AlarmKey,
  vars: AlarmVars & Pick<Vars, 'ALARMS'>,
  kept: Actions = actionsOf({}),
): PutMetricAlarmCommandInput {
  return {
    ...ruleOf(key, vars),
    ActionsEnabled: true,
    AlarmActions: vars.ALARMS === withoutTopic ? [...kept.alarm] : [vars.ALARMS],
    OKActions: [...kept.ok],
    InsufficientDataActions: [...kept.insufficientData],
  };
}

/** The tags of an alarm or a dashboard. Undefined if it does not exist. */
export async function cloudWatchTags(
  cloudWatch: CloudWatch,
  ResourceARN: string,
): Promise<TagMap | undefined> {
  const found = await undefinedIfNotFound(
    cloudWatch.listTags({ ResourceARN }),
    'ResourceNotFoundException',
    'ResourceNotFound',
  );
  return found && toTagMap(found.Tags?.map(({ Key, Value }) => ({ Key, Value })));
}

async function findAlarm(cloudWatch: CloudWatch, name: string): Promise<MetricAlarm | undefined> {
  const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ AlarmNames: [name] });
  return MetricAlarms.find(({ AlarmName }) => AlarmName === name);
}

export interface AlarmState {
  readonly key: AlarmKey;
  readonly state: StateValue;
  readonly since: Date;
}

/** The states of the alarms that exist. */
export async function readAlarmStates(
  cloudWatch: CloudWatch,
  vars: Pick<Vars, 'NAME'>,
): Promise<AlarmState[]> {
  const AlarmNames = alarmKeys.map((key) => alarmName(vars, key));
  const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ AlarmNames });
  return alarmKeys.flatMap((key) => {
    const found = MetricAlarms.find(({ AlarmName }) => AlarmName === alarmName(vars, key));
    if (found?.StateValue === undefined) return [];
    const since = found.StateTransitionedTimestamp ?? found.StateUpdatedTimestamp;
    return since === undefined ? [] : [{ key, state: found.StateValue, since }];
  });
}

const removeAlarms = (cloudWatch: CloudWatch, AlarmNames: string[]): Promise<unknown> =>
  undefinedIfNotFound(cloudWatch.deleteAlarms({ AlarmNames }), 'ResourceNotFound');

/** "If one or more of the dashboards don't exist, none are deleted" (DeleteDashboards). So one call for each. */
export const removeDashboard = (cloudWatch: CloudWatch, name: string): Promise<unknown> =>
  undefinedIfNotFound(
    cloudWatch.deleteDashboards({ DashboardNames: [name] }),
    'ResourceNotFound',
    'DashboardNotFoundError',
  );

export const alarms = defineStep({
  id: 'alarms',
  title: 'alarm',
  effects: {
    missing: noEffect('CloudWatch notifies nobody of problems.'),
    drifted: noEffect('CloudWatch may notify of other problems than planned.'),
    foreign: noEffect('The alarm of this name does not belong to this migration.'),
  },
  kind: 'create',
  requires: ['NAME', 'TAGS', 'ALARMS', 'OLD_USER_POOL_ID', 'NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN'],
  optional: ['GROUP_PLAN'],
  outputs: [],
  when: ({ ALARMS }) => ALARMS !== undefined,
  keys: alarmKeysOf,
  earlierKeys: (inputs) => (inputs.UNDO_RECORDS[alarmsTag] === undefined ? [] : alarmKeys),
  label: (_inputs, key) => key,
  describe: (inputs, key) =>
    `${alarmName(inputs, key)}${inputs.ALARMS === undefined || inputs.ALARMS === withoutTopic ? '' : `, notifies ${inputs.ALARMS.split(':').at(-1)}`}`,
  describeRemoval: (inputs, key) => alarmName(inputs, key),
  consoleUrl: (inputs, key) => cloudWatchUrl(inputs.NEW_USER_POOL_ARN, 'alarm', alarmName(inputs, key)),
  permissions: [
    {
      sid: 'FindAlarms',
      when: ({ ALARMS }) => ALARMS !== undefined,
      actions: { 'cloudwatch:DescribeAlarms': lifecycle },
      resource: (facts) => alarmArn(facts, '*'),
    },
    {
      sid: 'KeepAlarmsAndTheDashboard',
      when: ({ ALARMS }) => ALARMS !== undefined,
      actions: {
        'cloudwatch:PutMetricAlarm': ['init'],
        'cloudwatch:PutDashboard': ['init'],
        'cloudwatch:TagResource': ['init'],
        'cloudwatch:GetDashboard': lifecycle,
        'cloudwatch:ListTagsForResource': lifecycle,
        'cloudwatch:DeleteAlarms': ['init', 'finish'],
        'cloudwatch:DeleteDashboards': ['init', 'finish'],
      },
      resource: (facts) => [alarmArn(facts, `${facts.NAME}-*`), dashboardArn(facts)],
    },
  ],
  cleanup: {
    kind: 'alarm',
    listAction: 'cloudwatch:DescribeAlarms',
    async list({ side }, prefix) {
      const cloudWatch = await side.cloudWatch();
      const names = new Set<string>();
      let NextToken: string | undefined;
      do {
        const found = await cloudWatch.describeAlarms({
          AlarmNamePrefix: prefix,
          ...(NextToken === undefined ? {} : { NextToken }),
        });
        for (const { AlarmName = '' } of found.MetricAlarms ?? []) {
          const key = alarmKeys.find((one) => AlarmName.endsWith(`-${one}`));
          if (key !== undefined) names.add(AlarmName.slice(0, -key.length - 1));
        }
        NextToken = found.NextToken;
      } while (NextToken !== undefined);
      return [...names];
    },
    async find({ side, partition, account }, NAME) {
      const cloudWatch = await side.cloudWatch();
      const AlarmNames = alarmKeys.map((key) => alarmName({ NAME }, key));
      const { MetricAlarms: [first] = [] } = await cloudWatch.describeAlarms({ AlarmNames });
      if (first?.AlarmName === undefined) return undefined;
      const arn = `arn:${partition}:cloudwatch:${side.region}:${account}:alarm:${first.AlarmName}`;
      return { name: first.AlarmName, id: NAME, tags: await cloudWatchTags(cloudWatch, arn) };
    },
    async remove({ side }, NAME) {
      const cloudWatch = await side.cloudWatch();
      await removeAlarms(
        cloudWatch,
        alarmKeys.map((key) => alarmName({ NAME }, key)),
      );
      await removeDashboard(cloudWatch, NAME);
    },
    permissions: [
      {
        sid: 'DeleteAlarmsAndDashboards',
        actions: ['cloudwatch:ListTagsForResource', 'cloudwatch:DeleteAlarms', 'cloudwatch:DeleteDashboards'],
        resource: ({ partition, region, account, names }) => [
          `arn:${partition}:cloudwatch:${region}:${account}:alarm:${names}`,
          `arn:${partition}:cloudwatch::${account}:dashboard/${names}`,
        ],
      },
    ],
  },

  desired({ vars, live, key }): Props {
    const kept = live?.alarms[key]?.actions;
    const keys = isAlarmKey(key) ? [key] : alarmKeysOf(vars);
    return {
      alarms: Object.fromEntries(keys.map((one) => [one, settingsOf(newAlarm(one, vars, kept))])),
      tags: { ...live?.tags, ...ownTags(vars) },
    };
  },

  iac: ({ want, vars }) =>
    alarmKeysOf(vars).map((key) => ({
      type: 'alarm',
      name: key,
      calls: [
        {
          operation: 'PutMetricAlarm',
          input: toJsonObject({ ...newAlarm(key, vars), Tags: toTagList(want.tags) }),
        },
      ],
    })),

  async read({ aws, vars, key }) {
    const cloudWatch = await aws.new.cloudWatch();
    const found = await findAlarm(cloudWatch, alarmName(vars, key));
    if (found === undefined) return undefined;
    const tags = await cloudWatchTags(cloudWatch, alarmArn(vars, alarmName(vars, key)));
    if (tags === undefined) return undefined; // deleted in the meantime
    return { props: { alarms: { [key]: settingsOf(found) }, tags }, outputs: {}, ...ownerOf(tags, vars) };
  },

  async write({ aws, want, live, vars, key }) {
    if (!isAlarmKey(key)) throw new Error(`there is no alarm ${key}`);
    const cloudWatch = await aws.new.cloudWatch();
    const input = newAlarm(key, vars, live?.props.alarms[key]?.actions);
    const isSame = live !== undefined && differences(live.props.alarms, want.alarms).length === 0;
    // "If you are using this operation to update an existing alarm, any tags you specify are ignored."
    if (!isSame)
      await cloudWatch.putMetricAlarm({ ...input, ...(live ? {} : { Tags: toTagList(want.tags) }) });
    const missing = live === undefined ? {} : missingTags(want.tags, live.props.tags);
    if (Object.keys(missing).length > 0)
      await cloudWatch.tagResource({
        ResourceARN: alarmArn(vars, alarmName(vars, key)),
        Tags: toTagList(missing),
      });
    return { outputs: {} };
  },

  async remove({ aws, vars, key }) {
    await removeAlarms(await aws.new.cloudWatch(), [alarmName(vars, key)]);
    return undefined;
  },
});
