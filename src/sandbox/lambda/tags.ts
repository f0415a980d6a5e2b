/** Tags of functions. Lambda Developer Guide, "Using tags on Lambda functions". */
import { type Call, type Operations, ServiceError } from '../operation.ts';
import { functionArn } from './names.ts';
import { readerOf } from './settings.ts';
import { findFunction, type LambdaFunction } from './state.ts';

/** Checks the tags of a function: number, lengths, reserved prefix. */
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

/** The function of a tag operation's Resource. */
function taggedFunction(call: Call): LambdaFunction {
  const arn = readerOf(call).text('Resource', { min: 1, max: 256, pattern: /^arn:aws[a-zA-Z-]*:lambda:/ });
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
    const gone = readerOf(call).optionalTexts('TagKeys') ?? [];
    target.tags = new Map([...target.tags].filter(([key]) => !gone.includes(key)));
    return {};
  },
};
