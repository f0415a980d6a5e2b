/**
 * Settings that are stored and shown, but don't change how the local AWS runs a function.
 * Lambda API Reference.
 */
import { isObject } from '../../input.ts';
import type { Json, JsonObject } from '../../operation.ts';

const defaults: JsonObject = {
  TracingConfig: { Mode: 'PassThrough' },
  EphemeralStorage: { Size: 512 },
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
};

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/**
 * Describes each member. Undefined removes it.
 * The local AWS doesn't check whether layers, networks, and queues exist.
 */
const describers: Readonly<Record<string, (value: Json) => Json | undefined>> = {
  // The response also has the size of each layer.
  Layers: (value) =>
    list(value).length === 0 ? undefined : list(value).map((Arn) => ({ Arn, CodeSize: 1024 })),
  FileSystemConfigs: (value) => (list(value).length === 0 ? undefined : value),
  // "To remove a function from a VPC", callers send empty lists (Lambda Developer Guide, "Attaching Lambda
  // functions to a VPC").
  VpcConfig: (value) => {
    if (!isObject(value) || list(value.SubnetIds).length === 0) return undefined;
    return { SecurityGroupIds: [], Ipv6AllowedForDualStack: false, ...value, VpcId: 'vpc-0123456789abcdef0' };
  },
  DeadLetterConfig: (value) => (isObject(value) && text(value.TargetArn) !== '' ? value : undefined),
  TracingConfig: (value) => value,
  EphemeralStorage: (value) => value,
  SnapStart: (value) => ({ ApplyOn: 'None', ...(isObject(value) ? value : {}), OptimizationStatus: 'Off' }),
  KMSKeyArn: (value) => (text(value) === '' ? undefined : value),
};

/** The settings of a new function, or of a known one with the changes of the call. */
export function readExtras(input: JsonObject, before: JsonObject = defaults): JsonObject {
  const extras: JsonObject = { ...before };
  for (const [name, describeMember] of Object.entries(describers)) {
    const given = input[name];
    if (given === undefined || given === null) continue;
    const value = describeMember(given);
    if (value === undefined) delete extras[name];
    else extras[name] = value;
  }
  return extras;
}
