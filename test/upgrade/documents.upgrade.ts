/** Documents and streams: those that version 1.0.0 printed, and those of today, are as 1.0.0 promised. */
import { describe, expect, test } from 'vitest';
import { fakeIo, runCli } from '../support/run-cli.ts';
import { streamOf } from '../support/stream-lines.ts';
import { schemaOf } from './documents.ts';
import { readFixture } from './fixtures.ts';
import { againOf, openPrepared, type Prepared } from './installed.ts';
import { init, journeyOf, type Step } from './journeys.ts';
import { fillNames } from './names.ts';
import { type StateName, stateNames } from './states.ts';

/** What is wrong with a document, in a line for each member. */
function problemsOf(step: Step, document: unknown): string[] {
  const { error } = schemaOf(step.name).safeParse(document);
  return (error?.issues ?? []).map(({ path, message }) => `${step.name}: ${path.join('.')}: ${message}`);
}

/** Runs a step as today's program does it. */
async function printed(prepared: Prepared, step: Step, words: readonly string[]): Promise<string> {
  const fake = fakeIo();
  const io = { ...fake, io: { ...fake.io, clock: prepared.clock } };
  io.stdin.end(step.stdin ?? '');
  const argv = step.argv.map((word) => fillNames(word, prepared.names));
  const where = ['--state', prepared.file];
  const flags = step.isBare
    ? step.name === 'env'
      ? where
      : [...where, ...endpoint(prepared)]
    : prepared.flags;
  const { code, stdout, stderr } = await runCli([...argv, ...flags, ...words, '--json'], io);
  expect(code, `${step.name}\n${stderr}`).toBe(step.exit ?? 0);
  return stdout;
}

const endpoint = ({ sandbox }: Prepared): string[] => ['--endpoint-url', sandbox.url];

/** Goes the whole way, and gives what each step printed. */
async function journey(
  state: StateName,
  wordsOf: (step: Step) => readonly string[],
): Promise<(readonly [step: Step, text: string])[]> {
  const prepared = await openPrepared(state);
  const texts: (readonly [Step, string])[] = [];
  let given = againOf(prepared);
  for (const step of journeyOf(state)) {
    const choices = step === init ? prepared.state.init : [];
    const words = step.isBare ? [] : given;
    texts.push([step, await printed(prepared, step, [...choices, ...words, ...wordsOf(step)])]);
    if (step === init) given = [];
  }
  return texts;
}

describe.each(stateNames)('%s', (state) => {
  test('the documents of version 1.0.0 are as they must be', async () => {
    for (const step of journeyOf(state)) {
      const text = await readFixture(state, `documents/${step.name}.json`);
      expect(problemsOf(step, JSON.parse(text))).toEqual([]);
    }
  });

  test('the documents of today are so too', async () => {
    const texts = await journey(state, () => []);
    expect(texts.flatMap(([step, text]) => problemsOf(step, JSON.parse(text)))).toEqual([]);
  });

  const streaming = journeyOf(state).filter(({ streams }) => streams);

  test('the streams of version 1.0.0 are as they must be', async () => {
    for (const step of streaming) {
      const { events, result } = streamOf(await readFixture(state, `streams/${step.name}.ndjson`));
      expect(events.length).toBeGreaterThan(0);
      expect(problemsOf(step, result)).toEqual([]);
    }
  });

  test('the streams of today are so too', async () => {
    const texts = await journey(state, ({ streams }) => (streams ? ['--stream'] : []));
    for (const [step, text] of texts.filter(([{ streams }]) => streams)) {
      const { events, result } = streamOf(text);
      expect(events.length).toBeGreaterThan(0);
      expect(problemsOf(step, result)).toEqual([]);
    }
  });
});
