import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parseBreakerEnvironment, type BreakerEnvironment } from '../../../lambda/breaker/environment';
import { chooseTarget, matchingTriggers } from '../../../lambda/breaker/rules';
import { finalDecisions } from '../../../lambda/shared/breaker/breaker-record';
import { parseBreakerSecret } from '../../../lambda/shared/breaker/breaker-secret';
import { triggerFieldProblems } from '../../../lambda/shared/breaker/breaker-trigger';
import { parseDecimal } from '../../../lambda/shared/breaker/decimal';
import { configured, firing, parentSid, strangerSid, subaccountSid, triggerSid, usageBody } from './firings';

describe('a decimal', () => {
  test('compares as the number does, without rounding', () => {
    const amount = fc.tuple(
      fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }),
      fc.integer({ min: 0, max: 999_999 }),
    );
    const written = ([whole, micros]: readonly [bigint, number]) => `${whole}.${String(micros).padStart(6, '0')}`;
    const exact = ([whole, micros]: readonly [bigint, number]) => whole * 1_000_000n + BigInt(micros);
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [left, right] = [parseDecimal(written(a)), parseDecimal(written(b))];
        if (left === undefined || right === undefined) throw new Error('a decimal is not read');
        expect(left < right).toBe(exact(a) < exact(b));
        expect(left === right).toBe(exact(a) === exact(b));
      }),
    );
  });

  test('is the same with and without zeros at its end', () => {
    expect(parseDecimal('50')).toBe(parseDecimal('50.000000'));
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '-1',
    '+1',
    '1,5',
    '.5',
    '5.',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '1_000',
    '٣',
    `1${'0'.repeat(18)}`,
  ])('rejects %j', (text) => expect(parseDecimal(text)).toBeUndefined());
});

describe('the triggers of the configuration', () => {
  const { target, category, recurring, by } = configured;
  const anySid = { target, category, recurring, by };
  const secret = {
    accountSid: parentSid,
    username: parentSid,
    password: 'x',
    subaccounts: new Map([['support', subaccountSid]]),
  };

  test('match by category, recurrence and field, and by SID if one is given', () => {
    expect(matchingTriggers([configured], firing())).toEqual([configured]);
    expect(matchingTriggers([anySid], firing({ UsageTriggerSid: `UT${'9'.repeat(32)}` }))).toEqual([anySid]);
    expect(matchingTriggers([{ ...anySid, recurring: 'once' }], firing({ Recurring: '' }))).toHaveLength(1);
  });

  test('match by SID alone if Twilio does not send the other fields', () => {
    const bare = firing({ UsageCategory: undefined, Recurring: undefined, TriggerBy: undefined });
    expect(matchingTriggers([configured], bare)).toEqual([configured]);
    expect(matchingTriggers([anySid], bare)).toEqual([]);
  });

  test.each([
    [{ UsageTriggerSid: `UT${'9'.repeat(32)}` }],
    [{ UsageCategory: 'sms' }],
    [{ Recurring: 'monthly' }],
    [{ Recurring: '' }],
    [{ TriggerBy: 'count' }],
  ])('rejects a difference: %j', (changes) => {
    expect(matchingTriggers([configured], firing(changes))).toEqual([]);
  });

  test('rejects a trigger with a lower value than configured, as one that only warns', () => {
    const fromFifty = { ...anySid, minTriggerValue: '50' };
    expect(matchingTriggers([fromFifty], firing({ TriggerValue: '49.999999' }))).toEqual([]);
    expect(matchingTriggers([fromFifty], firing({ TriggerValue: '50.000000' }))).toHaveLength(1);
  });

  test('choose the subaccount that the trigger watches, among several of the same kind', () => {
    const other = { ...anySid, target: 'sales' };
    const two = {
      ...secret,
      subaccounts: new Map([
        ['sales', strangerSid],
        ['support', subaccountSid],
      ]),
    };
    expect(chooseTarget([other, anySid], firing(), two)).toMatchObject({
      kind: 'target',
      accountSid: subaccountSid,
    });
  });

  test('never choose the parent account, whatever the secret says', () => {
    const odd = { ...secret, subaccounts: new Map([['support', parentSid]]) };
    for (const AccountSid of [parentSid, subaccountSid]) {
      expect(chooseTarget([configured], firing({ AccountSid }), odd).kind).not.toBe('target');
    }
  });

  test('rejects every malformed key by its name', () => {
    const faults = triggerFieldProblems({
      target: 'Support!',
      category: '',
      recurring: 'hourly',
      by: 'money',
      sid: 'AC1',
      minTriggerValue: '-1',
    });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'target',
      'category',
      'recurring',
      'by',
      'sid',
      'minTriggerValue',
    ]);
    expect(triggerFieldProblems({ ...configured, minTriggerValue: undefined, sid: triggerSid })).toEqual([]);
  });
});

describe("the breaker's secret", () => {
  const subaccounts = { support: subaccountSid };
  test('is read with the Auth Token or with an API key', () => {
    expect(parseBreakerSecret(JSON.stringify({ accountSid: parentSid, authToken: 'dummy', subaccounts }))).toEqual({
      kind: 'ok',
      secret: {
        accountSid: parentSid,
        username: parentSid,
        password: 'dummy',
        subaccounts: new Map(Object.entries(subaccounts)),
      },
    });
    const apiKey = `SK${'1'.repeat(32)}`;
    expect(
      parseBreakerSecret(JSON.stringify({ accountSid: parentSid, apiKey, apiSecret: 'dummy', subaccounts })),
    ).toMatchObject({ kind: 'ok', secret: { accountSid: parentSid, username: apiKey, password: 'dummy' } });
  });

  test('is known as the placeholder that the stack creates', () => {
    expect(parseBreakerSecret('{"accountSid":"CHANGE_ME","authToken":"random"}')).toEqual({
      kind: 'placeholder',
    });
  });

  test.each([
    [undefined],
    [''],
    ['quoted-token'],
    ['null'],
    [JSON.stringify({ accountSid: 'AC1', authToken: 'quoted-token', subaccounts })],
    [JSON.stringify({ accountSid: parentSid, authToken: '', subaccounts })],
    [JSON.stringify({ accountSid: parentSid, authToken: 'quoted-token' })],
    [JSON.stringify({ accountSid: parentSid, authToken: 'quoted-token', subaccounts: [] })],
    [
      JSON.stringify({
        accountSid: parentSid,
        authToken: 'quoted-token',
        subaccounts: { support: parentSid },
      }),
    ],
    [
      JSON.stringify({
        accountSid: parentSid,
        authToken: 'quoted-token',
        subaccounts: { 'Bad Name': subaccountSid },
      }),
    ],
    [JSON.stringify({ accountSid: parentSid, apiKey: 'AC', apiSecret: 'quoted-token', subaccounts })],
    [JSON.stringify({ accountSid: parentSid, apiKey: `SK${'1'.repeat(32)}`, subaccounts })],
  ])('rejects %j without quoting it', (text) => {
    const result = parseBreakerSecret(text);
    expect(result.kind).toBe('invalid');
    expect(JSON.stringify(result)).not.toContain('quoted-token');
  });
});

describe("the breaker's environment", () => {
  const environment: BreakerEnvironment = {
    STAGE_NAME: 'dev',
    TABLE_NAME: 'table',
    BREAKER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/breaker',
    TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:topic',
    BREAKER_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:breaker-AbCdEf',
    TRIGGER_FILE: 'triggers.json',
    DRY_RUN: 'true',
    RETRY_DELAY_SECONDS: '15',
  };

  const parse = (changes: Readonly<Record<string, string>> = {}, triggers = JSON.stringify([configured])) =>
    parseBreakerEnvironment({ ...environment, ...changes }, (name) => {
      if (name !== 'triggers.json') throw new Error(`the test has no ${name}`);
      return triggers;
    });

  test('is read', () => {
    expect(parse()).toEqual({
      stageName: 'dev',
      tableName: 'table',
      queueUrl: environment.BREAKER_QUEUE_URL,
      topicArn: environment.TOPIC_ARN,
      secretArn: environment.BREAKER_SECRET_ARN,
      triggers: [configured],
      dryRun: true,
      retryDelaySeconds: 15,
      twilioApiBaseUrl: undefined,
      twilioApiTimeoutMs: undefined,
    });
    expect(parse({ DRY_RUN: 'false' }).dryRun).toBe(false);
    expect(parse({ TWILIO_API_TIMEOUT_MS: '250' }).twilioApiTimeoutMs).toBe(250);
  });

  test.each(['False', '0', 'no', 'off', ' false'])('rejects DRY_RUN=%j: only false acts', (value) => {
    expect(() => parse({ DRY_RUN: value })).toThrow('DRY_RUN');
  });

  test('rejects every problem at once', () => {
    expect(() =>
      parseBreakerEnvironment({ TRIGGER_FILE: 'triggers.json', TWILIO_API_TIMEOUT_MS: '0' }, () => '[{"target":"x"}]'),
    ).toThrow(
      /STAGE_NAME.*TABLE_NAME.*BREAKER_QUEUE_URL.*BREAKER_SECRET_ARN.*trigger 1: category.*DRY_RUN.*TWILIO_API_TIMEOUT_MS/,
    );
    for (const json of ['', '{', '{}', '[1]', 'null']) {
      expect(() => parse({}, json)).toThrow('TRIGGER_FILE is not a JSON array');
    }
    expect(() => parse({ TRIGGER_FILE: 'absent.json' })).toThrow('"absent.json", which is not in the bundle\'s folder');
    expect(() => parse({ TRIGGER_FILE: '' })).toThrow('TRIGGER_FILE is not set');
  });
});

test('docs/breaker.md names every decision', () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'breaker.md'), 'utf8');
  expect(finalDecisions.filter((decision) => !page.includes(`\`${decision}\``))).toEqual([]);
});

test('a firing without AccountSid is of the account whose token verified it', () => {
  const read = firing({ AccountSid: undefined }, { accountSid: subaccountSid });
  expect(read.accountSid).toBe(subaccountSid);
});

test('a firing is read from the query if the trigger calls by GET', () => {
  const query = usageBody();
  expect(firing({}, { contentType: 'query', body: Buffer.alloc(0), query })).toEqual(firing());
});
