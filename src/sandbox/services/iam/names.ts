/** ARNs of the resources that IAM calls name, and their condition keys. */
import { isObject } from '../../input.ts';
import type { Call, RequestContext } from '../../operation.ts';
import { findPolicy, findRole, iamState } from './state.ts';

const text = (call: Call, name: string): string => {
  const value = call.input[name];
  return typeof value === 'string' ? value : '';
};

/** ARN of the role that a call names, with the path that it has or will have. */
export function roleArn(call: Call): string {
  const name = text(call, 'RoleName');
  const known = call.operation === 'CreateRole' ? undefined : findRole(call.world, call.account, name);
  const path = call.operation === 'CreateRole' ? text(call, 'Path') || '/' : '/';
  return known?.arn ?? `arn:${call.partition}:iam::${call.account}:role${path}${name}`;
}

/** ARN of the policy that a call names. */
export function policyArn(call: Call): string {
  if (call.operation !== 'CreatePolicy') return text(call, 'PolicyArn');
  return `arn:${call.partition}:iam::${call.account}:policy${text(call, 'Path') || '/'}${text(call, 'PolicyName')}`;
}

const resourceTags = (tags: ReadonlyMap<string, string>): RequestContext =>
  Object.fromEntries(
    [...tags].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  );

/** Condition keys of the role that a call names: its tags and its permissions boundary. */
export function roleContext(call: Call): RequestContext {
  const role = findRole(call.world, call.account, text(call, 'RoleName'));
  if (!role) return {};
  const boundary = role.boundary === undefined ? {} : { 'iam:PermissionsBoundary': role.boundary };
  return { ...resourceTags(role.tags), ...boundary };
}

/** Condition keys of the policy that a call names. */
export function policyContext(call: Call): RequestContext {
  const policy = findPolicy(call.world, call.account, text(call, 'PolicyArn'));
  return policy ? resourceTags(policy.tags) : {};
}

/**
 * aws:RequestTag/KEY and aws:TagKeys of a call that sets or removes tags.
 * Tags are a list of Key and Value in IAM, and a map in other services.
 */
export function tagContext(call: Call): RequestContext {
  const tags = call.input.Tags ?? call.input.tags;
  const pairs: [string, string][] = [];
  if (Array.isArray(tags)) {
    for (const tag of tags) {
      if (!isObject(tag)) continue;
      pairs.push([String(tag.Key ?? ''), String(tag.Value ?? '')]);
    }
  } else if (isObject(tags)) {
    for (const [key, value] of Object.entries(tags)) pairs.push([key, String(value)]);
  }
  const removed = call.input.TagKeys ?? call.input.tagKeys;
  const keys = [...pairs.map(([key]) => key), ...(Array.isArray(removed) ? removed.map(String) : [])];
  return {
    ...Object.fromEntries(pairs.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(keys.length > 0 ? { 'aws:TagKeys': keys } : {}),
  };
}

/** Number of roles that a policy is attached to. */
export function attachmentCount(call: Call, policyArn: string): number {
  return [...iamState(call.world, call.account).roles.values()].filter((role) => role.attached.has(policyArn))
    .length;
}
