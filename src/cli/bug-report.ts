/** `--version --verbose`: the details for a bug report. Contains nothing about users, accounts, or folders. */
import { release } from 'node:os';
import { readHandlerZip } from '../aws/handler-zip.ts';
import { guarded } from '../core/printable.ts';
import { version } from '../core/version.ts';
import { hasColor, type Io, isInCi, type Out } from './terminal/io.ts';
import { columns } from './terminal/style.ts';

/** Prints the report. */
export async function printBugReport(io: Io): Promise<void> {
  const rows: readonly (readonly [name: string, value: string])[] = [
    ['cognito-migrate', version],
    ['Node.js', process.version],
    ['platform', `${process.platform} ${process.arch}, ${release()}`],
    ['stdin', describe(io.stdin.isTTY)],
    ['stdout', describeOut(io, io.stdout)],
    ['stderr', describeOut(io, io.stderr)],
    ['TERM', io.env.TERM ?? 'not set'],
    ['CI', isInCi(io.env) ? 'yes' : 'no'],
    ['run by', io.env.npm_command === 'exec' ? 'npx' : 'its own command'],
    ['function', `SHA-256 ${await hashOf(io.handlerZip)}`],
  ];
  io.stdout.write(`${guarded(columns(rows, ''), false)}\n`);
}

const describe = (isTerminal: boolean | undefined): string =>
  isTerminal === true ? 'terminal' : 'not a terminal';

function describeOut(io: Io, stream: Out): string {
  const width = stream.columns === undefined ? [] : [`${stream.columns} columns`];
  return [describe(stream.isTTY), ...width, hasColor(io.env, stream) ? 'color' : 'no color'].join(', ');
}

/** A report must be possible even if the package is incomplete. */
const hashOf = (file: URL): Promise<string> =>
  readHandlerZip(file).then(
    ({ sha256 }) => sha256,
    () => 'unknown: the zip cannot be read',
  );
