/** `MessageStatus` and `ErrorCode` of a status callback as one key; `-` stands for no error. */
export const statusKey = (status: string, errorCode: string | undefined): string =>
  `${status}#${errorCode === undefined || errorCode === '' ? '-' : errorCode}`;
