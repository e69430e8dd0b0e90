import { encodeForm } from '../../helpers/webhooks';
import type { Forgery, PlannedRequest } from './plan';
import type { Random } from './random';

/** The forgeries that a captured genuine request allows. */
const forgeriesOf = ({ route, sent, status, signed }: PlannedRequest): readonly Forgery[] => {
  const always = ['unsigned', 'garbage signature', 'signed by a stranger', 'query changed'] as const;
  if (sent.contentType === 'application/json') return [...always, 'JSON body changed'];
  return [
    ...always,
    'account of a stranger',
    'parameter added',
    ...(route === 'messages' ? (['body changed'] as const) : []),
    ...(status !== undefined && signed.form['MessageStatus'] !== 'read' ? (['status changed'] as const) : []),
  ];
};

/** Turns a genuine request into one that Twilio never signed. */
export const forge = (random: Random, id: string, genuine: PlannedRequest): PlannedRequest => {
  const forgery = random.pick(forgeriesOf(genuine));
  const base: PlannedRequest = { ...genuine, id, forgery, rows: [], status: undefined };
  const { form, query } = genuine.signed;
  const withForm = (changed: Readonly<Record<string, string>>): PlannedRequest => ({
    ...base,
    sent: { ...base.sent, body: encodeForm(changed) },
  });
  switch (forgery) {
    case 'unsigned':
      return { ...base, signer: 'nobody' };
    case 'garbage signature':
      return { ...base, signer: 'garbage' };
    case 'signed by a stranger':
      return { ...base, signer: 'stranger' };
    case 'account of a stranger': {
      const foreign = { ...form, AccountSid: `AC${random.hex(32)}` };
      return { ...withForm(foreign), signer: 'stranger', signed: { query, form: foreign } };
    }
    case 'body changed':
      return withForm({ ...form, Body: `text-${random.hex(16)}` });
    case 'parameter added':
      return withForm({ ...form, [random.pick(['Extra', 'MediaUrl0', '0'])]: random.hex(4) });
    case 'query changed':
      return { ...base, sent: { ...base.sent, query: query === '' ? 'order=1' : `${query}0` } };
    case 'JSON body changed':
      return { ...base, sent: { ...base.sent, body: base.sent.body.replace('"1.0"', '"1.1"') } };
    case 'status changed':
      return withForm({ ...form, MessageStatus: 'read' });
  }
};
