/** Tags of functions. Lambda Developer Guide, "Using tags on Lambda functions". */
import { type Call, type Operations, ServiceError } from '../../operation.ts';
import { matching, regionPattern } from './lookup.ts';
import { functionArn, functionName } from './names.ts';
import { readerOf } from './settings.ts';
import { findFunction, type LambdaFunction } from './state.ts';

/** Checks the tags of a function: number, lengths, and reserved prefix. */
export function checkTags(tags: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  for (const [key, value] of tags) {
    if (key === '' || key.length > 128 || value.length > 256 || key.toLowerCase().startsWith('aws:')) {
      throw new ServiceError('InvalidParameterValueException', `Invalid tag ${key}`);
    }
  }
  if (tags.size > 50)
    throw new ServiceError('InvalidParameterValueException', 'A function has at most 50 tags.');
  return tags;
}

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const kinds = [
  'function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?',
  'layer:([a-zA-Z0-9-_]+)',
  'code-signing-config:csc-[a-z0-9]{17}',
  `event-source-mapping:${uuid}`,
  'capacity-provider:[a-zA-Z0-9-_]+',
];
const resourceRules = matching(`arn:(aws[a-zA-Z-]*):lambda:${regionPattern}:\\d{12}:(${kinds.join('|')})`, {
  min: 1,
  max: 256,
});

/** The function that a tag operation's Resource names. */
function taggedFunction(call: Call): LambdaFunction {
  const arn = readerOf(call).text('Resource', resourceRules);
  if (functionName(arn).qualifier !== undefined) {
    const text = 'Tags on function aliases and versions are not supported. Please specify a function ARN.';
    throw new ServiceError('InvalidParameterValueException', text);
  }
  const found = findFunction(call.world, functionArn(call));
  if (!found) throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  return found;
}

export const tagOperations: Operations = {
  ListTags: (call) => ({ Tags: Object.fromEntries(taggedFunction(call).tags) }),
  TagResource: (call) => {
    const target = taggedFunction(call);
    target.tags = checkTags(new Map([...target.tags, ...(readerOf(call).optionalTextMap('Tags') ?? [])]));
    return {};
  },
  UntagResource: (call) => {
    const target = taggedFunction(call);
    const removedKeys = readerOf(call).optionalTexts('TagKeys') ?? [];
    target.tags = new Map([...target.tags].filter(([key]) => !removedKeys.includes(key)));
    return {};
  },
};
