import { queryText, type MessageDetails, type MessageView } from '../clients/dynamodb/message-view';
import { fieldsText, tableText } from '../terminal/table';
import type { CommandContext } from '../context';
import { csvText } from '../terminal/csv';

const mediaText = ({ media }: MessageView): string => media.map(({ url }) => url ?? '-').join(' ');

export const listTable = (messages: readonly MessageView[], context: CommandContext): string =>
  tableText(
    [
      { head: 'Received' },
      { head: 'Direction' },
      { head: 'From', maxCharacters: 24 },
      { head: 'To', maxCharacters: 24 },
      { head: 'Status' },
      { head: 'Body', maxCharacters: 40 },
      { head: 'SID' },
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
    context.paint,
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
        ['Received', 'Status', 'Error code', 'Query'].map((head) => ({ head })),
        message.history.map((entry) => [entry.receivedAt, entry.status, entry.errorCode, queryText(entry.query)]),
        paint,
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
