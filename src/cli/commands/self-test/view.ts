/** The output of a self-test before, during, and after its run. */
import type { Emit } from '../../../core/events.ts';
import { isBroken, isFinding, type Result } from '../../../self-test/check.ts';
import { countOf, type PlaceLeftovers } from '../../../self-test/cleanup.ts';
import type { Document, Reporter } from '../../terminal/reporter.ts';
import { duration, type Style } from '../../terminal/style.ts';
import type { SelfTestDocument } from './document.ts';
import type { Inputs } from './inputs.ts';
import { verdictText } from './report.ts';

const placeText = ({ account, side }: Inputs['places']['new']): string =>
  `account ${account}, ${side.region}`;

/** The planned actions, shown before the question. */
export function intentText({ places }: Inputs, prefix: string): string {
  const { new: newPlace, old } = places;
  const endpoint = newPlace.endpoint ?? old.endpoint;
  const one = placeText(newPlace) === placeText(old);
  return [
    '',
    one ? `  Self-test in ${placeText(newPlace)}` : `  Self-test with the new pool in ${placeText(newPlace)}`,
    ...(one ? [] : [`            and the old pool in ${placeText(old)}`]),
    ...(endpoint === undefined ? [] : [`  at ${endpoint}`]),
    '',
    '  It creates temporary user pools with app clients and users, and sets up two migrations between them (role,',
    '  policy, function, log group). It signs the users in, runs teardown, and deletes everything that it created.',
    `  All of it has tags, and a name that begins with ${prefix}. Nothing else changes.`,
    '  It costs almost nothing: some fifty users, a few hundred function calls, nothing that stays. On AWS, it takes',
    '  about twelve minutes.',
    "  No person gets a message. Cognito sends three emails, to Amazon's mailbox simulator. An account can send fifty a",
    '  day without Amazon SES.',
  ].join('\n');
}

/** Reports the result of each check as it ends. */
export function resultReporter(emit: Emit, reporter: Reporter): (result: Result) => void {
  return (result) => {
    const { id: step, title, ms, outcome } = result;
    const common = { step, key: '', title, ms } as const;
    const isBad = isBroken(result) && outcome !== 'skipped';
    if (isBad) emit({ type: 'failed', ...common });
    else if (outcome === 'same') emit({ type: 'done', done: 'created', detail: '', ...common });
    else emit({ type: 'done', done: 'left', detail: `   ${outcome}`, ...common });
    if (isBad || isFinding(result)) reporter.text(`      ${result.seen}`);
  };
}

export const resultDocument = (document: SelfTestDocument, file: string | undefined): Document => ({
  json: document,
  text: (style) => resultText(document, file, style),
});

function resultText(document: SelfTestDocument, file: string | undefined, style: Style): string {
  const { ok, total, findings } = document;
  const sign = ok ? style.ok : style.bad;
  return [
    '',
    `  ${sign} ${verdictText(document)}`,
    `    ${duration(total.ms)}, ${total.calls} AWS calls; nothing of it is left${document.broken.includes('nothing-left') ? ', except as listed above' : ''}`,
    ...(findings.length === 0 ? [] : [`    otherwise than documented: ${findings.join(', ')}`]),
    ...(file === undefined ? ['    --report FILE.md  writes a report.'] : [`    report: ${file}`]),
  ].join('\n');
}

const leftoverLines = (found: readonly PlaceLeftovers[]): string[] =>
  found.flatMap(({ place, own, foreign }) => [
    ...(own.length === 0 ? [] : [`    ${placeText(place)}`]),
    ...own.map(
      ({ kind, name, id }) => `      - ${kind.padEnd(10)} ${name}${kind === 'user pool' ? `  ${id}` : ''}`,
    ),
    ...foreign.map((name) => `      = ${name}: has no tag of a self-test, so it stays`),
  ]);

/** The leftovers that `--clean` found, shown before the question. */
export const leftoversText = (found: readonly PlaceLeftovers[]): string =>
  ['', '  Left by self-tests that ended before their cleanup:', ...leftoverLines(found)].join('\n');

export function cleanedDocument(found: readonly PlaceLeftovers[], left: readonly PlaceLeftovers[]): Document {
  const [count, rest] = [countOf(found), countOf(left)];
  const things = (args: readonly PlaceLeftovers[]) =>
    args.flatMap(({ place, own }) =>
      own.map(({ kind, name, id }) => ({ kind, name, id, region: place.side.region })),
    );
  return {
    json: {
      ok: rest === 0,
      command: 'self-test',
      deleted: things(found).filter(({ id }) => !things(left).some((one) => one.id === id)),
      left: things(left),
      foreign: found.flatMap(({ foreign }) => foreign),
    },
    text(style) {
      if (count === 0)
        return ['', '  Nothing of a self-test is left here.', ...leftoverLines(found)].join('\n');
      if (rest === 0) return `\n  ${style.ok} Deleted: ${count}. Nothing of a self-test is left here.`;
      return ['', `  ${style.bad} Could not be deleted:`, ...leftoverLines(left)].join('\n');
    },
  };
}
