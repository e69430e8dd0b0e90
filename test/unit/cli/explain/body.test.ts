import {
  bodyText,
  eventsUrl,
  filled,
  formText,
  hashed,
  itNamesTheCause,
  json,
  messagesUrl,
  mojibake,
  sentJson,
  signature,
  signedOver,
  smsForm,
} from './fixture';
import { messageSid } from '../fake-environment';

describe('explain names a cause in the body', () => {
  itNamesTheCause([
    // The body
    [
      'body-base64',
      'it was not decoded',
      signedOver(messagesUrl, smsForm, { body: Buffer.from(formText(smsForm)).toString('base64') }),
    ],
    ['body-not-signed', 'the parameters were left out', { signature: signature(messagesUrl) }],
    [
      'form-as-json',
      'a form became JSON',
      signedOver(eventsUrl, smsForm, {
        url: eventsUrl,
        body: JSON.stringify(smsForm),
        contentType: 'application/json',
      }),
    ],
    ['json-as-form', 'JSON is labelled as a form', sentJson({ contentType: 'application/x-www-form-urlencoded' })],
    ['body-hash-missing', 'the query got lost', sentJson({ url: eventsUrl })],
    ['body-hash-missing', 'it was signed without', sentJson({ url: eventsUrl, signature: signature(eventsUrl) })],
    ['body-hash-mismatch', 'the body was changed', sentJson({ body: json.replace('dummy', 'other') })],
    [
      'body-hash-case',
      'it is in capital letters',
      sentJson({
        url: hashed(json).replace(/[0-9a-f]{64}/, (hash) => hash.toUpperCase()),
        signature: signature(hashed(json).replace(/[0-9a-f]{64}/, (hash) => hash.toUpperCase())),
      }),
    ],
    ['body-reserialised', 'it was indented', sentJson({ body: JSON.stringify(JSON.parse(json), null, 2) })],
    [
      'body-charset',
      'UTF-8 was read as ISO-8859-1',
      signedOver(messagesUrl, smsForm, { body: formText({ ...smsForm, Body: mojibake(bodyText) }) }),
    ],
    [
      'body-charset',
      'it is escaped as ISO-8859-1',
      signedOver(
        messagesUrl,
        { ...smsForm, Body: 'fünf' },
        { body: formText({ ...smsForm, Body: 'XX' }).replace('XX', 'f%FCnf') },
      ),
    ],
    [
      'body-unicode-form',
      'it was normalised to NFC',
      signedOver(messagesUrl, { ...smsForm, Body: 'fu\u0308nf' }, { body: formText({ ...smsForm, Body: 'fünf' }) }),
    ],
    [
      'line-endings',
      'CR LF became LF',
      signedOver(messagesUrl, { ...smsForm, Body: 'a\r\nb' }, { body: formText({ ...smsForm, Body: 'a\nb' }) }),
    ],
    ['white-space', 'the text was trimmed', signedOver(messagesUrl, { ...smsForm, Body: `${bodyText} ` })],
    ['white-space', 'another parameter was trimmed', signedOver(messagesUrl, { ...smsForm, ToCountry: 'US ' })],
    ['empty-params-dropped', 'empty ones are gone', signedOver(messagesUrl, smsForm, { body: formText(filled) })],
    ['empty-params-added', 'empty ones were not signed', signedOver(messagesUrl, filled)],
    [
      'null-params',
      'empty became null',
      signedOver(messagesUrl, smsForm, { body: formText({ ...smsForm, FromCity: 'null', FromZip: 'null' }) }),
    ],
    [
      'param-added',
      'a framework added one',
      signedOver(messagesUrl, smsForm, { body: formText({ ...smsForm, _method: 'put' }) }),
    ],
    ['param-dropped', 'SmsSid is gone', signedOver(messagesUrl, { ...smsForm, SmsSid: messageSid })],
    [
      'repeats-collapsed',
      'only the first was signed',
      signedOver(messagesUrl, { ...smsForm, Tag: 'one' }, { body: formText({ ...smsForm, Tag: ['one', 'two'] }) }),
    ],
    [
      'repeats-collapsed',
      'they were joined',
      signedOver(messagesUrl, { ...smsForm, Tag: ['one', 'two'] }, { body: formText({ ...smsForm, Tag: 'one,two' }) }),
    ],
    [
      'plus-as-space',
      'curl -d sent the numbers',
      signedOver(messagesUrl, smsForm, { body: formText(smsForm).replaceAll('%2B', '+') }),
    ],
    [
      'params-double-encoded',
      'it is escaped twice',
      signedOver(messagesUrl, smsForm, {
        body: formText(
          Object.fromEntries(Object.entries(smsForm).map(([name, value]) => [name, encodeURIComponent(String(value))])),
        ),
      }),
    ],
    [
      'html-escaped',
      'a filter escaped it',
      signedOver(
        messagesUrl,
        { ...smsForm, Body: 'a < b & "c"' },
        { body: formText({ ...smsForm, Body: 'a &lt; b &amp; &quot;c&quot;' }) },
      ),
    ],
  ]);
});
