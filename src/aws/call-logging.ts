/** Reports AWS calls by name only, because inputs can hold passwords. */
import type { MiddlewareStack } from '@smithy/types';
import type { Emit } from '../core/events.ts';
import type { Clock } from './clock.ts';

interface Names {
  readonly clientName?: string;
  readonly commandName?: string;
}

/** Emits one `call` event per call. Retries are part of the call. */
export function watchCalls<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  emit: Emit,
  clock: Clock,
): void {
  stack.add(
    (next, context) => async (args) => {
      const { clientName = '', commandName = '' }: Names = context;
      const start = clock.now();
      const said = {
        type: 'call',
        service: clientName.replace(/Client$/, ''),
        operation: commandName.replace(/Command$/, ''),
      } as const;
      try {
        const answer = await next(args);
        emit({ ...said, ms: clock.now() - start });
        return answer;
      } catch (error) {
        emit({ ...said, ms: clock.now() - start, error: error instanceof Error ? error.name : 'Error' });
        throw error;
      }
    },
    { step: 'initialize', name: 'watchCalls' },
  );
}
