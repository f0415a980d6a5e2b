/**
 * Programs that some tests run, and their Debian packages.
 * A program without a package must already be installed.
 * Tests declare with `needs` (test/support/needs.ts) that they cannot run without one of these.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, getuid, platform } from 'node:process';

/** @type {readonly { command: string, debianPackage?: string }[]} */
export const programs = [
  { command: 'aws', debianPackage: 'awscli' },
  { command: 'chromium', debianPackage: 'chromium' },
  { command: 'bash', debianPackage: 'bash' },
  { command: 'fish', debianPackage: 'fish' },
  { command: 'pwsh' },
  { command: 'shellcheck', debianPackage: 'shellcheck' },
  { command: 'zsh', debianPackage: 'zsh' },
  { command: 'terraform' },
];

/** Whether a shell would find the command. */
export const isInstalled = (command, path = env.PATH ?? '') =>
  path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Installs the missing programs from Debian, if this is Debian and the user is root.
 * @returns the commands that are still missing.
 */
export function installPrograms(print) {
  const missing = () => programs.filter(({ command }) => !isInstalled(command));
  const packages = missing().flatMap(({ debianPackage }) => debianPackage ?? []);
  if (packages.length > 0 && platform === 'linux' && getuid?.() === 0 && isInstalled('apt-get')) {
    print(`installing from Debian: ${packages.join(', ')}`);
    aptGet('update');
    // One by one, because one unavailable package must not block the others.
    for (const name of packages) aptGet('install', '--no-install-recommends', '--yes', name);
  }
  const commands = missing().map(({ command }) => command);
  if (commands.length > 0)
    print(`not installed, so tests that need them are skipped: ${commands.join(', ')}`);
  return commands;
}

const aptGet = (...words) =>
  spawnSync('apt-get', ['-qq', ...words], {
    stdio: 'ignore',
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
  });
