import { routeNames } from '../../lambda/shared/contract/routes';
import { unusableChallengeAdvice, requestChallenge } from '../secret/basic-challenge';
import type { Post, PostAnswer } from '../clients/post';
import type { Target } from '../target/target';
import { compared, notChecked, type Check, type CheckResult } from './check';

const answerText = (answer: PostAnswer): string =>
  answer.kind === 'failure' ? `no answer (${answer.code})` : `status ${answer.status}`;

const send = (post: Post, url: string, contentType: string): Promise<PostAnswer> =>
  post({
    url,
    headers: { 'content-type': contentType, 'user-agent': 'gateway-verify' },
    body: Buffer.from('verify=1'),
  });

const form = 'application/x-www-form-urlencoded';

const statusCheck = (name: string, status: number, request: () => Promise<PostAnswer>, meaning: string): Check => {
  const expected = `status ${status} (${meaning})`;
  return {
    name,
    expected,
    run: async () => {
      const answer = await request();
      return compared(name, expected, answerText(answer), answer.kind === 'answer' && answer.status === status);
    },
  };
};

const challengeCheck = (target: Target, post: Post): Check => {
  const name = 'basic-challenge';
  const expected = 'status 401 with a header named www-authenticate';
  return {
    name,
    expected,
    run: async (): Promise<CheckResult> => {
      if (target.basicAuthSecretId === undefined) {
        return notChecked(name, expected, 'the stage has no basicAuth');
      }
      const challenge = await requestChallenge(target, post);
      switch (challenge.kind) {
        case 'ok':
          return compared(name, expected, expected, true);
        case 'unusable':
          return compared(name, expected, `${challenge.text}. ${unusableChallengeAdvice}`, false);
        case 'other':
          return compared(name, expected, challenge.text, false);
      }
    },
  };
};

/** Checks of the responses to requests that the gateway rejects, so that nothing is stored. */
export const httpChecks = (target: Target, post: Post): readonly Check[] => {
  const messages = target.webhooks.messages.postUrl;
  const base = messages.replace(/\/messages$/, '');
  const { origin, pathname } = new URL(messages);
  return [
    ...routeNames.map((route) =>
      statusCheck(
        `route-${route}`,
        415,
        () => send(post, target.webhooks[route].postUrl, 'text/plain'),
        `the function answers at /${route}`,
      ),
    ),
    statusCheck('unsigned', 403, () => send(post, messages, form), 'a webhook without a signature'),
    statusCheck('not-a-route', 404, () => send(post, `${base}/verify-no-route`, form), 'a path that is not a route'),
    ...(pathname === '/messages'
      ? []
      : [
          statusCheck(
            'without-stage',
            404,
            () => send(post, `${origin}/messages`, form),
            "the URL without the stage; the stage's alarms do not count such requests",
          ),
        ]),
    challengeCheck(target, post),
  ];
};

const concurrentRequests = 250;

/** Sends `count` requests as fast as one machine can; all of them are rejected before the signature check. */
export const floodCheck = (target: Target, post: Post, count: number, signal: AbortSignal): Check => {
  const name = 'throttle';
  const expected = 'status 429 for some, 415 for the others';
  return {
    name,
    expected,
    run: async () => {
      const statuses = new Map<string, number>();
      let remaining = count;
      const worker = async (): Promise<void> => {
        while (remaining > 0) {
          remaining -= 1;
          signal.throwIfAborted();
          const text = answerText(await send(post, target.webhooks.messages.postUrl, 'text/plain'));
          statuses.set(text, (statuses.get(text) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: Math.min(concurrentRequests, count) }, worker));
      const found = [...statuses].map(([text, times]) => `${times} × ${text}`).join(', ');
      const isKnown = [...statuses.keys()].every((text) => ['status 415', 'status 429'].includes(text));
      return compared(name, expected, found, isKnown && statuses.has('status 429'));
    },
  };
};
