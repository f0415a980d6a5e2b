/** The lines of `--json --stream`, as docs/scripting.md promises them: nothing more, nothing else. */
import * as z from 'zod';

const lineOf = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ v: z.literal(1), type: z.literal(type), at: z.iso.datetime(), ...shape });

const step = { step: z.string().min(1), key: z.string().min(1).optional(), title: z.string().min(1) };
const ms = z.int().nonnegative();

/** By type. */
export const lineSchemas = {
  start: lineOf('start', { ...step, doing: z.enum(['create', 'update', 'remove', 'check']) }),
  wait: lineOf('wait', { ...step, message: z.string().min(1) }),
  done: lineOf('done', {
    ...step,
    done: z.enum(['created', 'updated', 'unchanged', 'brought', 'checked', 'removed', 'absent', 'left']),
    ms,
    detail: z.string().optional(),
  }),
  failed: lineOf('failed', { ...step, ms }),
  note: lineOf('note', {
    level: z.enum(['info', 'warning']),
    message: z.string().min(1),
    id: z.string().optional(),
  }),
  config: lineOf('config', { file: z.string().min(1) }),
  call: lineOf('call', { service: z.string(), operation: z.string(), ms, error: z.string().optional() }),
} as const;

const Event = z.union(Object.values(lineSchemas));
const Result = z.looseObject({
  v: z.literal(1),
  type: z.literal('result'),
  at: z.iso.datetime(),
  ok: z.boolean(),
});

export interface Stream {
  readonly events: readonly z.output<typeof Event>[];
  /** What the last line says beside `v`, `type` and `at`. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** Every line that is there, the last one too where it is complete. */
export const linesSoFar = (out: string): unknown[] =>
  out
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));

/** A whole stream. Throws for a line that is not promised, and where the result is not the last one, or not the only one. */
export function streamOf(out: string): Stream {
  if (!out.endsWith('}\n')) throw new Error(`The last line is not complete: ${out.slice(-80)}`);
  const lines = linesSoFar(out);
  const { v: _v, type: _type, at: _at, ...result } = Result.parse(lines.at(-1));
  const events = lines.slice(0, -1).map((line) => Event.parse(line));
  const times = [...events.map(({ at }) => at), _at];
  if (times.join() !== times.toSorted().join())
    throw new Error('The lines are not in the order of their times');
  return { events, result };
}
