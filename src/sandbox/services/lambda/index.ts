/** AWS Lambda, API version 2015-03-31. */
import type { Operations } from '../../operation.ts';
import { concurrencyOperations } from './concurrency.ts';
import { eventInvokeOperations } from './event-invoke.ts';
import { functionOperations } from './functions.ts';
import type { LambdaHost } from './host.ts';
import { invoke } from './invoke.ts';
import { mappingOperations } from './mappings.ts';
import { permissionOperations } from './permissions.ts';
import { tagOperations } from './tags.ts';
import { urlOperations } from './urls.ts';
import { versionOperations } from './versions.ts';

/** Lambda's operations. Functions run on `host`. */
export function lambdaOperations(host: LambdaHost): Operations {
  return {
    ...functionOperations,
    ...permissionOperations,
    ...tagOperations,
    ...urlOperations,
    ...eventInvokeOperations,
    ...concurrencyOperations,
    ...versionOperations,
    ...mappingOperations,
    Invoke: (call) => invoke(host, call),
  };
}
