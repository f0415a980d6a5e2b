/** Completion in real shells: a person types a line and presses Tab. The table lists the suggestions of each shell. */
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { scripts } from '../../src/cli/commands/completion/scripts.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp.ts';
import { openFile, type Terminal } from './terminal.ts';

interface Row {
  readonly line: string;
  /** So many characters of the line are behind the cursor. */
  readonly behind?: number;
  /** What every shell offers, in any order. */
  readonly offers: readonly string[];
  /** bash replaces only the end of the word, and gets it with its escape characters. */
  readonly bash?: readonly string[];
  /** zsh notes a word as it inserts it, with its escape characters. */
  readonly zsh?: readonly string[];
}

const sharedReset = ['init', 'plan', 'doctor'].map((command) => `cognito-migrate ${command}`);

const rows: readonly Row[] = [
  { line: 'cognito-migrate ex', offers: ['explain', 'export'] },
  { line: 'cognito-migrate tear', offers: ['teardown'] },
  { line: 'cognito-migrate help he', offers: [] },
  { line: 'cognito-migrate help ex', offers: ['explain', 'export'] },
  { line: 'cognito-migrate --ver', offers: ['--version'] },
  { line: 'cognito-migrate nonsense --m', offers: [] },
  ...sharedReset.map((command) => ({ line: `${command} --mfa re`, offers: ['reset'] })),
  {
    line: 'cognito-migrate init --mfa=',
    offers: ['--mfa=block', '--mfa=reset', '--mfa=allow'],
    bash: ['block', 'reset', 'allow'],
  },
  { line: 'cognito-migrate init --mfa=re', offers: ['--mfa=reset'], bash: ['reset'] },
  { line: 'cognito-migrate init --mfa reset --m', offers: ['--map', '--move-once'] },
  { line: 'cognito-migrate init --map a=b --map', offers: ['--map'] },
  { line: 'cognito-migrate doctor --accept CM50', offers: ['CM501', 'CM502', 'CM503', 'CM504'] },
  {
    line: 'cognito-migrate teardown --keep lambda-',
    offers: ['lambda-role', 'lambda-policy', 'lambda-function'],
  },
  { line: 'cognito-migrate status --profile p', offers: ['prod', 'playground'] },
  {
    line: 'cognito-migrate status --profile my',
    offers: ['my team'],
    bash: ['my\\ team'],
    zsh: ['my\\ team'],
  },
  { line: "cognito-migrate status --profile 'my t", offers: ['my team'], bash: ['my team'] },
  {
    line: 'cognito-migrate status --profile my\\ t',
    offers: ['my team'],
    bash: ['my\\ team'],
    zsh: ['my\\ team'],
  },
  { line: 'cognito-migrate status --state ', offers: ['broken.state.json', 'folder/', 'one.json'] },
  { line: 'cognito-migrate status --state=fol', offers: ['--state=folder/'], bash: ['folder/'] },
  { line: 'cognito-migrate status --state folder/', offers: ['folder/two.state.json'] },
  { line: 'cognito-migrate status --state broken.state.json --pro', offers: ['--profile', '--probe'] },
  { line: 'cognito-migrate init -- --m', offers: [] },
  { line: 'cognito-migrate plan --config co', offers: ['cognito-migrate.config.json'] },
  // By default, zsh completes the whole word, wherever the cursor is in it.
  { line: 'cognito-migrate status --proxy', behind: 2, offers: ['--profile', '--probe'], zsh: [] },
  { line: 'cognito-migrate init --mfa reset --ru', behind: 8, offers: ['reset'] },
  {
    line: 'cognito-migrate explain CM41',
    offers: ['CM410', 'CM411', 'CM412', 'CM413', 'CM414', 'CM415', 'CM416'],
  },
  { line: 'cognito-migrate users --only waiting,mov', offers: ['waiting,moved', 'waiting,moved-twice'] },
  { line: 'cognito-migrate completion f', offers: ['fish'] },
];

/** A folder with state files, profiles, and the program on the PATH. */
async function startPlace() {
  const folder = await tempFolder();
  const bin = join(folder, '.bin');
  await mkdir(bin);
  await mkdir(join(folder, '.aws'));
  await mkdir(join(folder, 'folder'));
  const quoted = [process.execPath, inject('program')].map((word) => `'${word}'`).join(' ');
  await writeFile(join(bin, 'cognito-migrate'), `#!/bin/sh\nexec ${quoted} "$@"\n`);
  await chmod(join(bin, 'cognito-migrate'), 0o755);
  await writeFile(
    join(folder, '.aws/config'),
    '[default]\nregion = us-east-2\n[profile prod]\n[profile playground] ; with a comment\n[sso-session p]\n',
  );
  await writeFile(join(folder, '.aws/credentials'), '[my team]\naws_access_key_id = none\n');
  await writeFile(join(folder, 'one.json'), '{\n  "version": 1,\n  "migration": "a → b"\n}\n');
  await writeFile(join(folder, 'broken.state.json'), '{ "version": 1, "mig');
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'cognito-migrate.config.json'), '{}');
  await writeFile(join(folder, 'folder/two.state.json'), '{}');
  const env = {
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    HOME: folder,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    HISTFILE: '/dev/null',
  };
  return { folder, env, offers: join(folder, '.offers') };
}

type Place = Awaited<ReturnType<typeof startPlace>>;

/** Types a line and Tab. Returns the suggestions that the script's wrapper recorded. */
async function offered(terminal: Terminal, { offers }: Place, { line, behind = 0 }: Row): Promise<string[]> {
  await rm(offers, { force: true });
  terminal.type(`${line}${'\u0002'.repeat(behind)}\t`);
  const text = await expect
    .poll(() => readFile(offers, 'utf8').catch(() => ''), { timeout: 15_000, interval: 20 })
    .toMatch(/^END$/m)
    .then(() => readFile(offers, 'utf8'));
  terminal.type('\u0005\u0015'); // takes the line back
  return text.split('\n').filter((word) => word !== '' && word !== 'END');
}

const sorted = (words: readonly string[]): string[] => [...words].toSorted();

test('bash: COMPREPLY after Tab', { timeout: 120_000 }, async (context) => {
  const bash = needs(context, 'bash');
  const place = await startPlace();
  const rc = join(place.folder, '.rc');
  const wrapper = `${scripts.bash}
_noted() { _cognito_migrate "$@"; printf '%s\\n' "\${COMPREPLY[@]}" END > '${place.offers}'; }
complete -F _noted cognito-migrate
PS1='ready> '
`;
  await writeFile(rc, wrapper);
  const terminal = openFile(bash, ['--noprofile', '--rcfile', rc, '-i'], {
    cwd: place.folder,
    env: place.env,
  });
  await terminal.waitFor('ready>');
  for (const row of rows)
    expect({ line: row.line, offers: sorted(await offered(terminal, place, row)) }).toEqual({
      line: row.line,
      offers: sorted(row.bash ?? row.offers),
    });
});

test('bash: the line after Tab', { timeout: 60_000 }, async (context) => {
  const bash = needs(context, 'bash');
  const place = await startPlace();
  const rc = join(place.folder, '.rc');
  await writeFile(rc, `${scripts.bash}\nPS1='ready> '\n`);
  const terminal = openFile(bash, ['--noprofile', '--rcfile', rc, '-i'], {
    cwd: place.folder,
    env: place.env,
  });
  await terminal.waitFor('ready>');
  for (const [typed, whole] of [
    ['init --mfa=re', 'init --mfa=reset X'],
    ['status --profile my', 'status --profile my\\ team X'],
    ["status --profile 'my t", "status --profile 'my team' X"],
    ['status --state fol', 'status --state folder/X'],
    ['teardown --keep old-cl', 'teardown --keep old-client X'],
  ] as const) {
    terminal.type(`cognito-migrate ${typed}\tX`);
    await terminal.waitFor(`ready> cognito-migrate ${whole}`);
    terminal.type('\u0015');
  }
});

test('zsh: the completion after Tab, and the line', { timeout: 120_000 }, async (context) => {
  const zsh = needs(context, 'zsh');
  const place = await startPlace();
  await writeFile(
    join(place.folder, '.zshrc'),
    `autoload -Uz compinit && compinit -u -d '${place.folder}/.zcompdump'
${scripts.zsh}
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( \${#hits} )) && print -rl -- $hits >> '${place.offers}'
  builtin compadd "$@"
}
_noted() { _cognito-migrate "$@"; local code=$?; print END >> '${place.offers}'; return $code; }
compdef _noted cognito-migrate
zstyle ':completion:*' completer _complete
unsetopt beep
PS1='ready> '
`,
  );
  const terminal = openFile(zsh, ['-i'], { cwd: place.folder, env: place.env });
  await terminal.waitFor('ready>');
  for (const row of rows)
    expect({ line: row.line, offers: sorted(await offered(terminal, place, row)) }).toEqual({
      line: row.line,
      offers: sorted(row.zsh ?? row.offers),
    });
  for (const [typed, whole] of [
    ['init --mfa=re', 'init --mfa=reset X'],
    ['status --profile my', 'status --profile my\\ team X'],
    ['status --state fol', 'status --state folder/X'],
  ] as const) {
    terminal.type(`cognito-migrate ${typed}\tX`);
    await terminal.waitFor(`cognito-migrate ${whole}`);
    terminal.type('\u0015');
  }
});

test('fish: complete -C', { timeout: 120_000 }, async (context) => {
  const fish = needs(context, 'fish');
  const place = await startPlace();
  const { spawned } = await import('../e2e/support.ts');
  const script = join(place.folder, '.complete.fish');
  await writeFile(script, `${scripts.fish}\nfor line in $argv\n    complete -C $line\n    echo END\nend\n`);
  const lines = rows.map(({ line, behind = 0 }) => line.slice(0, line.length - behind));
  const { code, stdout, stderr } = await spawned(fish, ['--no-config', script, ...lines], {
    cwd: place.folder,
    env: place.env,
  }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const found = stdout
    .split(/^END\n/m)
    .slice(0, -1)
    .map((block) =>
      block
        .split('\n')
        .filter(Boolean)
        .map((row) => row.split('\t')[0] ?? ''),
    );
  expect(rows.map(({ line }, index) => ({ line, offers: sorted(found[index] ?? []) }))).toEqual(
    rows.map(({ line, offers }) => ({ line, offers: sorted(offers) })),
  );
});
