/**
 * What a self-test may do: everything with pools that carry its tag, and with what carries its names, and nothing with anything
 * else. The operator's policy names two pools, and these are not made yet: so this one stands by itself.
 */
import template from '../../templates/self-test-policy.json' with { type: 'json' };
import { fill } from '../aws/templates.ts';
import { type JsonObject, toJsonObject } from '../core/json.ts';
import { allRuns } from './fixtures/names.ts';
import type { Place } from './fixtures/resources.ts';

/** For one account and Region; in both accounts the same, where there are two. */
export function selfTestPolicy(place: Place): JsonObject {
  const { partition, account, side, rolePath, permissionsBoundary } = place;
  const values = {
    PARTITION: partition,
    ACCOUNT: account,
    REGION: side.region,
    PATH: rolePath,
    NAMES: allRuns,
  };
  const isLimited = permissionsBoundary !== undefined;
  const Statement = template.Statement.filter(
    ({ Sid }) => !(isLimited ? withoutBoundary : withBoundary).has(Sid),
  );
  const document = toJsonObject({ ...template, Statement });
  return fill(document, isLimited ? { ...values, BOUNDARY: permissionsBoundary } : values);
}

const withoutBoundary: ReadonlySet<string> = new Set(['MakeRoles', 'AttachTwoPoliciesAndNoOthers']);
const withBoundary: ReadonlySet<string> = new Set([
  'MakeRolesWithTheBoundary',
  'AttachThemOnlyWithTheBoundary',
]);
