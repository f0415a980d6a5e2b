/**
 * The control API under /_sandbox/.
 * It gives tests in other processes access to the journal, the deliveries, the faults, and the past.
 */

import { type Fault, faultKinds } from './faults.ts';
import { parseObject, Reader } from './input.ts';
import { ServiceError } from './operation.ts';
import { putMetric, putSignIns } from './past.ts';
import type { Answer } from './protocol/answer.ts';
import type { Runtime } from './runtime.ts';
import { cognitoKind } from './services/cognito/state.ts';
import type { World } from './world.ts';

const answer = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

function readFault(body: string): Fault {
  const reader = new Reader(parseObject(body) ?? {}, 'BadRequest');
  const kind = faultKinds.find((known) => known === reader.text('kind', { oneOf: faultKinds }));
  if (!kind) throw new ServiceError('BadRequest', 'kind is missing');
  const position = reader.optionalText('position', { oneOf: ['before', 'after'] });
  const numbers = (['sequence', 'skip', 'times', 'retryAfter'] as const).map((name) => [
    name,
    reader.optionalInteger(name, 0),
  ]);
  const names = (['service', 'operation'] as const).map((name) => [name, reader.optionalText(name)]);
  const given = [...numbers, ...names].filter(([, value]) => value !== undefined);
  return { kind, position: position === 'after' ? 'after' : 'before', ...Object.fromEntries(given) };
}

/** Messages that AWS would have sent, and their recipients. Omits addresses and contents. */
const deliveriesOf = (world: World) =>
  world
    .states(cognitoKind)
    .flatMap(({ state }) =>
      [...state.pools.values()].flatMap(({ id, deliveries }) =>
        deliveries.map(({ purpose, medium, sub }) => ({ userPoolId: id, kind: purpose, medium, sub })),
      ),
    );

type Handler = (runtime: Runtime, body: string, id: string | undefined) => Answer;

const handlers: Readonly<Record<string, Handler>> = {
  'GET health': ({ journal }) => answer(200, { status: 'ok', calls: journal.calls.length }),
  'GET journal': ({ journal }) => answer(200, { calls: journal.calls }),
  'DELETE journal': ({ journal }) => {
    journal.clear();
    return answer(200, {});
  },
  'GET deliveries': ({ world }) => answer(200, { deliveries: deliveriesOf(world) }),
  'POST metrics': ({ world, defaultAccount }, body) => answer(201, putMetric(world, defaultAccount, body)),
  'POST sign-ins': ({ world }, body) => answer(201, putSignIns(world, body)),
  'GET faults': ({ faults }) => answer(200, { faults: faults.list() }),
  'POST faults': ({ faults }, body) => answer(201, { id: faults.add(readFault(body)) }),
  'DELETE faults': ({ faults }, _, id) => {
    if (id === undefined) faults.clear();
    else faults.remove(Number(id));
    return answer(200, {});
  },
};

/**
 * Answers one request to the control API.
 * GET /_sandbox/health · GET|DELETE /_sandbox/journal · GET /_sandbox/deliveries · POST /_sandbox/metrics ·
 * POST /_sandbox/sign-ins · GET|POST|DELETE /_sandbox/faults · DELETE /_sandbox/faults/ID.
 */
export function answerControl(runtime: Runtime, method: string, url: URL, body: string): Answer {
  const [, , what, id] = url.pathname.split('/');
  const handler = handlers[`${method} ${what}`];
  if (!handler) return answer(404, { error: `No ${method} ${url.pathname}` });
  try {
    return handler(runtime, body, id);
  } catch (error) {
    if (error instanceof ServiceError) return answer(400, { error: error.message });
    throw error;
  }
}
