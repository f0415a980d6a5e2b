/** Shows how to continue a run that asked questions and ended early. */
import { toMigrateError } from '../../aws/errors.ts';
import type { MigrateError } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { markShown, wasShown } from '../terminal/reporter.ts';
import type { Conversation } from '../wizard/conversation.ts';

/**
 * Runs the questions and the work after them. If that ends early, shows the command that continues
 * with the answers so far: after a refusal, a failure, a "no", Esc, and Ctrl-C.
 * @param commandAfter the command after this error. Without an error, after Ctrl-C.
 */
export async function continuable<T>(
  conversation: Conversation,
  { io, reporter }: Context,
  commandAfter: (error?: MigrateError) => string,
  work: () => Promise<T>,
): Promise<T> {
  const show = (error?: MigrateError): void => {
    const command = commandAfter(error);
    const hasFlags = command.includes(' --');
    if (conversation.answers.length > 0 && hasFlags)
      reporter.text(`\n  To continue with these answers:\n  ${command}`);
  };
  const stay = io.interrupt.beforeExitSay(() => show());
  try {
    return await work();
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined) throw error;
    // First what happened, then how to continue.
    if (!wasShown(known)) reporter.error(known);
    markShown(known);
    show(known);
    throw known;
  } finally {
    stay();
  }
}
