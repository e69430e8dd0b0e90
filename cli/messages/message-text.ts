import { queryText, type MessageDetails, type MessageView } from '../clients/dynamodb/message-view';
import { fieldsText, printTable, shortAddress, shortTime, tableText } from '../terminal/table';
import type { CommandContext } from '../context';
import { csvText } from '../terminal/csv';

const mediaText = ({ media }: MessageView): string => media.map(({ url }) => url ?? '-').join(' ');

export const printList = (
  messages: readonly MessageView[],
  context: CommandContext,
  options: { readonly wide?: true },
): void =>
  printTable(
    [
      { head: 'Received', keepWhole: true, short: shortTime },
      { head: 'Direction', priority: 4 },
      // Room for a whole number of WhatsApp: less of the text is enough.
      { head: 'From', maxCharacters: 24, minCharacters: 18, short: shortAddress },
      { head: 'To', maxCharacters: 24, short: shortAddress, priority: 3 },
      { head: 'Status', priority: 2 },
      { head: 'Body', maxCharacters: 40, minCharacters: 8, priority: 1 },
      { head: 'SID', keepWhole: true },
    ],
    messages.map((message) => [
      message.receivedAt,
      message.direction,
      message.from,
      message.to,
      message.errorCode === null ? message.status : `${message.status ?? '-'} (${message.errorCode})`,
      message.body ?? (message.media.length === 0 ? null : mediaText(message)),
      message.sid,
    ]),
    context,
    options,
  );

const csvColumns = [
  'sid',
  'accountSid',
  'direction',
  'from',
  'to',
  'body',
  'status',
  'errorCode',
  'receivedAt',
  'updatedAt',
] as const;

export const listCsv = (messages: readonly MessageView[]): string =>
  csvText(
    [...csvColumns, 'media'],
    messages.map((message) => [...csvColumns.map((name) => message[name]), mediaText(message)]),
  );

export const detailsText = (message: MessageDetails, context: CommandContext): string => {
  const { paint } = context;
  const sections = [
    fieldsText(
      [
        ['SID', message.sid],
        ['Account', message.accountSid],
        ['Direction', message.direction],
        ['From', message.from],
        ['To', message.to],
        ['Status', message.status],
        ['Error code', message.errorCode],
        ['Received', message.receivedAt],
        ['Updated', message.updatedAt],
        ['Body', message.body],
        ...message.media.map(({ url, contentType }, at): [string, string] => [
          `Media ${at}`,
          `${url ?? '-'} (${contentType ?? '-'})`,
        ]),
      ],
      paint,
    ),
  ];
  if (message.history.length > 0) {
    sections.push(
      tableText(
        ['Received', 'Status', 'Error code', 'Query'].map((head) => ({ head, keepWhole: head !== 'Query' })),
        message.history.map((entry) => [entry.receivedAt, entry.status, entry.errorCode, queryText(entry.query)]),
        context,
      ),
    );
  }
  if (message.params !== null) {
    const params = Object.entries(message.params).map(([name, value]): [string, string] => [
      name,
      [value].flat().join(', '),
    ]);
    sections.push(fieldsText(params, paint));
  }
  return sections.join('\n\n');
};
