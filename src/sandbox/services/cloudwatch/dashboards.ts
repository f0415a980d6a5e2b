/** Dashboards: PutDashboard, GetDashboard, and DeleteDashboards. CloudWatch API Reference. */
import { parseObject } from '../../input.ts';
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { invalid, readerOf } from './metric-query.ts';
import type { Place } from './state.ts';
import { tagsOf } from './tag-rules.ts';

export interface Dashboard {
  readonly arn: string;
  readonly body: string;
  tags: ReadonlyMap<string, string>;
}

const kind = { name: 'cloudwatch-dashboards', create: (): Map<string, Dashboard> => new Map() };

/** The dashboards of an account by name. "All dashboards in your account are global." */
export const dashboardsIn = ({ world, account }: Omit<Place, 'region'>): Map<string, Dashboard> =>
  world.state(kind, account, '');

const nameRules = { min: 1, max: 255, pattern: /^[\w-]+$/, patternText: '[A-Za-z0-9\\-_]+' };

const nameIn = (call: Call): string => readerOf(call.input).text('DashboardName', nameRules);

const missingDashboard = (name: string): ServiceError =>
  new ServiceError('DashboardNotFoundError', `Dashboard ${name} does not exist`, 404);

/** "Dashboard Body Structure and Syntax": a JSON object with at most 500 widgets. Their members are not checked. */
function assertBody(body: string): void {
  const widgets = parseObject(body)?.widgets;
  if (!Array.isArray(widgets) || widgets.length > 500)
    throw new ServiceError('DashboardInvalidInputError', 'The dashboard body is invalid.');
}

export const dashboardOperations: Operations = {
  PutDashboard: (call) => {
    const name = nameIn(call);
    const reader = readerOf(call.input);
    const body = reader.text('DashboardBody');
    assertBody(body);
    const dashboards = dashboardsIn(call);
    // "If you specify Tags when updating an existing dashboard, the tag updates are ignored."
    const tags = dashboards.get(name)?.tags ?? tagsOf(reader);
    const arn = `arn:${call.partition}:cloudwatch::${call.account}:dashboard/${name}`;
    dashboards.set(name, { arn, body, tags });
    return { DashboardValidationMessages: [] };
  },
  GetDashboard: (call) => {
    const name = nameIn(call);
    const found = dashboardsIn(call).get(name);
    if (found === undefined) throw missingDashboard(name);
    return { DashboardName: name, DashboardArn: found.arn, DashboardBody: found.body };
  },
  // "If one or more of the dashboards don't exist, none are deleted" (DeleteDashboards).
  DeleteDashboards: (call): JsonObject => {
    const names = readerOf(call.input).optionalTexts('DashboardNames') ?? [];
    if (names.length < 1 || names.length > 100) throw invalid('A call has 1 to 100 names.');
    const dashboards = dashboardsIn(call);
    const missing = names.find((name) => !dashboards.has(name));
    if (missing !== undefined) throw missingDashboard(missing);
    for (const name of names) dashboards.delete(name);
    return {};
  },
};
