/** Causes in the query. Placeholders as in `url-causes.ts`. */
export const queryCauses = {
  'query-missing': {
    title: 'the query got lost',
    explanation:
      'The signature fits the URL with the query that --url has; the request that arrived has none, or another one.',
    fix: 'Find what drops or replaces the query between Twilio and the gateway (a proxy, a redirect, a rewrite rule) and pass it on unchanged.',
  },
  'query-added': {
    title: 'the query was not signed',
    explanation: 'The signature fits the URL without any query: it was added after signing.',
    fix: 'Find what adds a query between Twilio and the gateway, and take it away; or add the same query to the URL in Twilio.',
  },
  'query-order': {
    title: 'the query is in another order',
    explanation:
      'The signature fits the same query parameters in another order. The gateway tries every order of a few different parameters, and ' +
      'of many only the sorted one.',
    fix: 'Let nothing in front of the gateway change the order, and write the query parameters of the URL in Twilio in alphabetical order.',
  },
  'query-encoding': {
    title: 'the query is escaped in another way',
    explanation:
      'The signature fits the same query with other escapes ({about}). It has to arrive byte for byte as it was signed.',
    fix: 'Pass the query on unchanged, and keep the query of the URL in Twilio to letters, digits and -._~ so that nothing needs an escape. Prefer POST to GET.',
  },
  'query-form': {
    title: 'the query was signed in another form',
    explanation:
      'The signature fits the same query with other escapes or in another order. Some of Twilio’s products sign one form and send ' +
      'another, and the gateway accepts the known ones.',
    fix: 'Nothing. Other verifiers may refuse it: letters, digits and -._~ need no escape, and parameters in alphabetical order are not sorted.',
  },
  'query-param-added': {
    title: 'a query parameter was added',
    explanation: 'The signature fits the query without {about}.',
    fix: 'Find what adds the parameter between Twilio and the gateway, and take it away; or add it to the URL in Twilio.',
  },
  'query-mark': {
    title: 'the signed URL ends with an empty query',
    explanation: 'The signature fits the URL with a single ? at its end, which API Gateway does not hand on.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, without the question mark.',
  },
  'query-as-params': {
    title: 'the query was signed as if it were form parameters',
    explanation:
      'The signature fits when the query’s parameters are appended to the URL as form parameters. Twilio signs a query as part of ' +
      'the URL only.',
    fix: 'When you verify or sign a GET request yourself, pass an empty parameter object: the query counts once, in the URL.',
  },
  'params-in-query': {
    title: 'the request was signed as a GET',
    explanation:
      'The signature fits a GET request with the same parameters in its query: the method was changed on the way, or the sender signs ' +
      'another method than it sends.',
    fix: 'Set the method of the webhook in Twilio to HTTP POST, and let nothing turn one method into the other.',
  },
} as const;
