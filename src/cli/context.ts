/** The context that every command gets. */
import type { Command } from 'commander';
import type { ExitKind } from '../core/errors.ts';
import type { Io } from './terminal/io.ts';
import type { Prompts } from './terminal/questions.ts';
import type { Reporter } from './terminal/reporter.ts';

/** The whole program: reads the arguments, runs the command, and returns the exit code. */
export type Main = (argv: readonly string[], io: Io) => Promise<number>;

/** The context that every command gets. */
export interface Context {
  readonly io: Io;
  readonly command: Command;
  readonly reporter: Reporter;
  /** Opens the questions of this terminal. Undefined if nobody can answer. */
  readonly openPrompts: () => Promise<Prompts | undefined>;
  /** For the commands that run other commands in this process. */
  readonly main: Main;
}

/** A command. Its result determines the exit code. */
export type Action = (context: Context) => Promise<ExitKind>;
