import { CheckError } from '../../core/errors.ts';
import { type JsonObject, objectAt, stringAt } from '../../core/json.ts';

/**
 * The error for a verification template that AWS refuses because it has both code and link texts.
 * "When you supply both parameters with either choice, Amazon Cognito returns an error" (AWS API reference,
 * UpdateUserPool). However, AWS has also been seen to accept both (see fields.ts). This program could omit
 * the kind that isn't in use, but that would delete it. No later call could put it back beside the other, so
 * the pool's owner must do this.
 * @returns Undefined if the refusal has another reason.
 */
export function bothTexts(refusal: unknown, body: JsonObject): CheckError | undefined {
  const template = objectAt(body, 'VerificationMessageTemplate');
  const code = stringAt(template, 'EmailMessage');
  const link = stringAt(template, 'EmailMessageByLink');
  if (!(refusal instanceof Error) || refusal.name !== 'InvalidParameterException') return undefined;
  if (code === undefined || link === undefined || !/message|template/i.test(refusal.message))
    return undefined;
  const isLink = stringAt(template, 'DefaultEmailOption') === 'CONFIRM_WITH_LINK';
  const [option, unused] = isLink
    ? ['CONFIRM_WITH_LINK', 'EmailMessage']
    : ['CONFIRM_WITH_CODE', 'EmailMessageByLink'];
  const what = `AWS refuses the pool's own verification messages: ${refusal.message} The pool was not changed.`;
  return new CheckError(
    [what, `EmailMessage: ${JSON.stringify(code)}`, `EmailMessageByLink: ${JSON.stringify(link)}`].join('\n'),
    {
      code: 'BOTH_VERIFICATION_TEXTS',
      expected: `EmailMessage or EmailMessageByLink, or a link text with {##…##} in it`,
      found: { DefaultEmailOption: option, EmailMessage: code, EmailMessageByLink: link },
      hint: [
        `The pool verifies with ${option}, so its ${unused} is not in use. Leaving it out would lose it, so that was not done.`,
        'Correct the verification messages in the console (Authentication methods, Message templates), which leaves the other settings alone, and run the same command again.',
      ],
      cause: refusal,
    },
  );
}
