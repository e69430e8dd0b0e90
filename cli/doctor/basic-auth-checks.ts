import type { SecretReader } from '../clients/ports';
import type { Post } from '../clients/post';
import { unusableChallengeAdvice, requestChallenge } from '../secret/basic-challenge';
import { readBasicPairs } from '../secret/basic-credential-pairs';
import type { Target } from '../target/target';
import { advice, onlyFindings, problem, type DoctorFinding, type DoctorResult } from './finding';
import { cli } from '../terminal/program-name';

/** Twilio sends its credentials only after a 401 with the header WWW-Authenticate. */
const challengeUsable = async (target: Target, post: Post, stageOption: string): Promise<readonly DoctorFinding[]> => {
  const challenge = await requestChallenge(target, post);
  if (challenge.kind === 'ok') return [];
  const what = challenge.kind === 'unusable' ? challenge.text : `it is not answered 401, but ${challenge.text}`;
  return [
    problem(
      'basic-challenge',
      target.webhooks.messages.postUrl,
      `a webhook without credentials: ${what}; every webhook of this stage is lost`,
      challenge.kind === 'unusable'
        ? unusableChallengeAdvice
        : `fix the other findings, then run \`${cli} doctor${stageOption}\` again`,
    ),
  ];
};

/** With an unusable secret, a stage with Basic authentication answers every webhook 500. */
export const basicUsable = async (
  reader: SecretReader,
  target: Target,
  post: Post,
  stageOption: string,
): Promise<DoctorResult> => {
  const { basicAuthSecretId } = target;
  if (basicAuthSecretId === undefined) return onlyFindings();
  const held = await readBasicPairs(reader, basicAuthSecretId);
  if (held.kind === 'ok') {
    const challenge = await challengeUsable(target, post, stageOption);
    if (held.pairs.length < 2) return onlyFindings(...challenge);
    const text = 'two pairs are accepted: a change of the user name and password is not finished';
    const retire = `\`${cli} twilio apply${stageOption}\`, then \`${cli} secret basic retire${stageOption}\``;
    return onlyFindings(...challenge, advice('basic-auth', basicAuthSecretId, text, retire));
  }
  const what = {
    placeholder: 'it is still the placeholder',
    invalid: 'its content cannot be used',
    missing: 'it does not exist, or has no current version',
  }[held.kind];
  return onlyFindings(
    problem(
      'basic-auth',
      basicAuthSecretId,
      `the stage requires Basic authentication, but ${what}: every webhook is answered 500`,
      `${cli} secret basic set${stageOption} --username twilio --generate`,
    ),
  );
};
