/** Screens without what differs from run to run. */

const anyClientId = /\b[a-z0-9]{26}\b/g;
const oldClientId = 'oldclientoldclientoldclien';

/**
 * Replaces IDs by others of the same length, and times and spinners by signs. What is done at the same time comes in any
 * order: it is sorted.
 */
export function standIns(
  names: Readonly<Record<string, string>>,
): (lines: readonly string[], columns: number) => string {
  for (const [name, other] of Object.entries(names)) {
    if (name.length !== other.length) throw new Error(`${other} is not as long as ${name}`);
  }
  const known = new Set(Object.values(names));
  const replaced = (row: string): string => {
    const named = Object.entries(names).reduce((text, [name, other]) => text.replaceAll(name, other), row);
    return named
      .replace(anyClientId, (id) => (known.has(id) ? id : oldClientId))
      .replace(/\b\d+(?:\.\d)? s\b/g, '#.# s')
      .replace(/(?<=[ (]) *\d+ ms\b/g, '### ms')
      .replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠋')
      .replace(/(?<=cognito-migrate )\d+\.\d+\.\d+/, '#.#.#')
      .replace(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, '00000000-0000-4000-8000-000000000000')
      .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'YYYY-MM-DDThh:mm:ss.sssZ')
      .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d(?= UTC)/g, 'YYYY-MM-DD hh:mm')
      .replace(/\b\d{4}-\d\d-\d\d\b/g, 'YYYY-MM-DD');
  };
  return (lines, columns) =>
    sorted(lines.flatMap((line) => rowsOf(replaced(line), columns)))
      .join('\n')
      .replace(/\n +(\(### ms\))/g, ' $1'); // whether it still fits depends on how long it took
}

/** As the terminal breaks a line that is too wide for it: names that reach over its edge are whole when they are replaced. */
function rowsOf(line: string, columns: number): string[] {
  const count = Math.max(1, Math.ceil(line.length / columns));
  return Array.from({ length: count }, (_, row) => line.slice(row * columns, (row + 1) * columns));
}

const isDone = (row: string): boolean => /^ {2}✔ [^✔]*$/.test(row);

/** Sorts each run of finished steps, every one with the rows that it goes on in. */
function sorted(rows: readonly string[]): string[] {
  const kept: string[] = [];
  let run: string[][] = [];
  const flush = (): void => {
    kept.push(...run.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)).flat());
    run = [];
  };
  for (const row of rows) {
    const last = run.at(-1);
    if (isDone(row)) run.push([row]);
    else if (last !== undefined && /^ {4,}\S/.test(row)) last.push(row);
    else {
      flush();
      kept.push(row);
    }
  }
  flush();
  return kept;
}
