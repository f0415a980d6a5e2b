/**
 * What a self-test may do: everything with pools that carry its tag, and with what carries its names, and nothing with anything
 * else. The operator's policy names two pools, and these are not made yet: so this one stands by itself.
 */
import template from '../../../templates/self-test-policy.json' with { type: 'json' };
import { fill } from '../../aws/templates.ts';
import type { Place } from '../../aws/throw-away/leftovers.ts';
import { allRuns } from '../../aws/throw-away/names.ts';
import { type JsonObject, toJsonObject } from '../../core/json.ts';

/** For one account and Region; in both accounts the same, where there are two. */
export const selfTestPolicy = ({ partition, account, side, rolePath }: Place): JsonObject =>
  fill(toJsonObject(template), {
    PARTITION: partition,
    ACCOUNT: account,
    REGION: side.region,
    PATH: rolePath,
    NAMES: allRuns,
  });
