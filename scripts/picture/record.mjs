/** Records the terminal output of a program as rows of colored text. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const cols = 80;
const lines = 100;
const spinner = /^ *[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /;

/**
 * Reports the exit code in a sequence that no terminal shows.
 * Then keeps the terminal open, so no output is lost.
 */
const told = 777;
const runAndTell = `"$0" "$@"; printf '\\033]${told};%s\\033\\\\' "$?"; exec sleep 600`;

/**
 * Returns the final rows, and the rows that showed next to a spinner during a wait.
 * Each of the latter includes its row number.
 */
export async function record(file, argv) {
  const screen = new xterm.Terminal({ cols, rows: lines, allowProposedApi: true });
  const { CI, NO_COLOR, FORCE_COLOR, COGNITO_MIGRATE_JSON, ...env } = process.env;
  const pty = spawn('/bin/sh', ['-c', runAndTell, file, ...argv], {
    name: 'xterm-256color',
    cols,
    rows: lines,
    env: { ...env, npm_command: 'exec' }, // the picture shows the npx form
  });
  const waits = new Map();
  const look = () => {
    for (const { row, runs, text } of rowsOf(screen)) {
      const [, what] = / {2}((?:(?! {2})[^·])+) · \d+ of \d+ s/.exec(text) ?? [];
      if (!spinner.test(text) || what === undefined || waits.has(what)) continue;
      waits.set(what, { row, runs: upTo(runs, text.indexOf(what) + what.length) });
    }
  };
  pty.onData((data) => screen.write(data, look));
  const code = await new Promise((resolve) => {
    screen.parser.registerOscHandler(told, (text) => {
      resolve(Number(text));
      return true;
    });
  });
  pty.kill('SIGKILL');
  return { code, rows: rowsOf(screen).map(({ runs }) => runs), waits: [...waits.values()] };
}

/** Cuts off the text after `end`, which belongs to something else. */
function upTo(runs, end) {
  let column = 0;
  return runs.flatMap(({ look, text }) => {
    const kept = text.slice(0, Math.max(0, end - column));
    column += text.length;
    return kept === '' ? [] : [{ look, text: kept }];
  });
}

function rowsOf(screen) {
  const { active } = screen.buffer;
  const rows = Array.from({ length: active.length }, (_, row) => {
    const line = active.getLine(row);
    return { row, text: line.translateToString(true), runs: runsOf(line) };
  });
  return rows.slice(0, rows.findLastIndex(({ text }) => text !== '') + 1);
}

/** Merges adjacent cells with the same look into runs. */
function runsOf(line) {
  const runs = [];
  const width = line.translateToString(true).length;
  for (let x = 0; x < width; x++) {
    const cell = line.getCell(x);
    const look = [
      cell.isFgPalette() ? `c${cell.getFgColor() % 8}` : '',
      cell.isBold() ? 'b' : '',
      cell.isDim() ? 'd' : '',
    ]
      .filter(Boolean)
      .join(' ');
    const char = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last?.look === look) last.text += char;
    else runs.push({ look, text: char });
  }
  return runs;
}
