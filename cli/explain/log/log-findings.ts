import { unrecognizedReasons } from '../../../lambda/shared/payload/reading';
import type { RejectionReason } from '../../../lambda/shared/webhook/rejections';
import { findingOf, type CauseId, type Finding, type Wording } from '../findings/findings';
import type { LogLine } from './log-line';
import { causeOfReason } from '../findings/rejection-causes';
import { unrecognizedDescriptions } from '../findings/unrecognized';
import { cli } from '../../terminal/program-name';

const gatewayError: Omit<Finding, 'id'> = {
  title: 'an error of the gateway, not of the request',
  explanation: 'The reason in the log is about the gateway itself or an AWS service.',
  fix: 'See the runbook (docs/runbook.md) for the reason, and the rest of the log line.',
};

const ownFindings: Readonly<Record<string, Omit<Finding, 'id'>>> = {
  accepted: {
    title: 'the gateway accepted it',
    explanation: 'The request was proven genuine and is on the queue.',
    fix: `Nothing. If it is not stored, run \`${cli} dead-letters list\`.`,
  },
  signature_mismatch: {
    title: 'no token of the account fits the signature',
    explanation: 'The log does not say why: it holds neither the signature nor the query.',
    fix:
      'Give the request’s X-Twilio-Signature with --signature, its query with --query, and its body with ' + '--body.',
  },
};

/** Ingress logs constant text as detail; anything else is not repeated. */
const aboutOf = ({ detail, method, account }: LogLine, id: CauseId): string => {
  if (id === 'method-not-allowed')
    return method !== undefined && /^[A-Z]{1,20}$/.test(method) ? method : 'another method';
  if (id === 'account-unknown') {
    return account !== undefined && /^[0-9a-f]{6}$/i.test(account) ? `…${account}` : 'another account';
  }
  return detail !== undefined && /^[\w ,.:'()/<>-]{1,200}$/.test(detail) ? detail : 'see the log line';
};

const isReason = (reason: string): reason is RejectionReason => Object.hasOwn(causeOfReason, reason);

/** The finding for the reason of a log line. */
export const logFinding = (line: LogLine, wording: Wording): Finding => {
  const { reason } = line;
  const own = Object.hasOwn(ownFindings, reason) ? ownFindings[reason] : undefined;
  if (own !== undefined) return { id: reason, ...own };
  const id = isReason(reason) ? causeOfReason[reason] : 'gateway-error';
  return id === 'gateway-error'
    ? { id: reason, ...gatewayError }
    : findingOf({ id, about: aboutOf(line, id) }, wording);
};

/** Notes about an accepted request. */
export const logNotes = ({ reason, detail }: LogLine, wording: Wording): readonly Finding[] => {
  const why = /^unrecognized: (\w+)$/.exec(detail ?? '')?.[1];
  const known = unrecognizedReasons.find((candidate) => candidate === why);
  if (reason !== 'accepted' || known === undefined) return [];
  return [findingOf({ id: 'unrecognized', about: unrecognizedDescriptions[known] }, wording)];
};
