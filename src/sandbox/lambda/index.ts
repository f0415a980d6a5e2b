/** AWS Lambda, API version 2015-03-31. */
import type { Operations } from '../operation.ts';
import { functionOperations } from './functions.ts';
import type { LambdaHost } from './host.ts';
import { invoke } from './invoke.ts';
import { permissionOperations } from './permissions.ts';
import { tagOperations } from './tags.ts';

/** Lambda's operations; functions run on `host`. */
export function lambdaOperations(host: LambdaHost): Operations {
  return {
    ...functionOperations,
    ...permissionOperations,
    ...tagOperations,
    Invoke: (call) => invoke(host, call),
  };
}
