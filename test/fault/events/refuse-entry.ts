const prefix = 'PublishBatchRequestEntries.member.';

/**
 * A `PublishBatch` whose first entry about something lacks its group, so that SNS refuses this entry and takes the
 * others.
 */
export const refuseEntry = (body: string, about: string): string => {
  const form = new URLSearchParams(body);
  const [name = ''] = [...form].find(([key, value]) => /\.Message$/.test(key) && value.includes(about)) ?? [];
  const entry = name.slice(0, -'Message'.length);
  if (entry.startsWith(prefix)) form.delete(`${entry}MessageGroupId`);
  return form.toString();
};
