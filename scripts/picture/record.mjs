/** What a terminal shows while a program runs in it, as rows of text with their colours. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const cols = 80;
const lines = 100;
const spinner = /^ *[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /;

/** Says how the program ended, in a sequence that no terminal shows, and holds the terminal open: nothing is lost. */
const told = 777;
const runAndTell = `"$0" "$@"; printf '\\033]${told};%s\\033\\\\' "$?"; exec sleep 600`;

/**
 * The rows at the end, and those that were seen beside a spinner while it waited for something, each with the row it was
 * seen in.
 */
export async function record(file, argv) {
  const screen = new xterm.Terminal({ cols, rows: lines, allowProposedApi: true });
  const { CI, NO_COLOR, FORCE_COLOR, COGNITO_MIGRATE_JSON, ...env } = process.env;
  const pty = spawn('/bin/sh', ['-c', runAndTell, file, ...argv], {
    name: 'xterm-256color',
    cols,
    rows: lines,
    env: { ...env, npm_command: 'exec' }, // the picture shows it called through npx
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

/** What comes behind it belongs to something else. */
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

/** Neighbouring cells of the same looks. */
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
