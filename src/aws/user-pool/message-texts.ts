import { CheckError } from '../../core/errors.ts';
import { objectAt, type RawJson, stringAt } from '../lossless-update/index.ts';

/**
 * What to say where AWS refuses a verification template because it holds texts for codes and for links: "When you supply
 * both parameters with either choice, Amazon Cognito returns an error" (AWS API reference, UpdateUserPool), though it has
 * been seen to take both (see fields.ts). The kind that is not in use could be left out, but then it would be gone, and no
 * later call could put it back beside the other: that is for the pool's owner to do.
 * @returns undefined when the refusal is about something else.
 */
export function bothTexts(refusal: unknown, body: RawJson): CheckError | undefined {
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
