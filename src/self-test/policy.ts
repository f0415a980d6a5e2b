/**
 * The IAM policy for a self-test.
 * It allows everything on pools with its tag and on resources with its names, and nothing else.
 * The operator policy names two pools, which don't exist yet here. So this policy is separate.
 */
import template from '../../templates/self-test-policy.json' with { type: 'json' };
import { knowGrants } from '../aws/denials.ts';
import { fill } from '../aws/templates.ts';
import { type JsonObject, toJsonObject } from '../core/json.ts';
import { operatorActions } from '../steps/operator-policy.ts';
import { allRuns } from './fixtures/names.ts';
import type { Place } from './fixtures/resources.ts';

knowGrants(
  'cognito-migrate policy --side self-test  prints the permissions that a self-test needs.',
  new Set(template.Statement.flatMap(({ Action }) => Action).filter((one) => !operatorActions.has(one))),
);

/** The policy for one account and Region. If there are two accounts, both need the same one. */
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
