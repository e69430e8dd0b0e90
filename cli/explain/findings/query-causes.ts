/** Causes in the query. Placeholders as in `url-causes.ts`. */
export const queryCauses = {
  'query-missing': {
    title: 'the query was lost',
    explanation:
      'The signature matches the URL with the query of --url; the request arrived without a query, or with another ' +
      'one.',
    fix:
      'Find what drops or replaces the query between Twilio and the gateway (a proxy, a redirect, a rewrite rule) ' +
      'and pass it on unchanged.',
  },
  'query-added': {
    title: 'the query was not signed',
    explanation: 'The signature matches the URL without a query: it was added after signing.',
    fix:
      'Find what adds a query between Twilio and the gateway and stop it, or add the same query to the URL in ' +
      'Twilio.',
  },
  'query-order': {
    title: 'the query parameters are in another order',
    explanation:
      'The signature matches the same query parameters in another order. The gateway tries every order of up to ' +
      'four different parameters; of more, only the sorted one.',
    fix: 'Let nothing in front of the gateway reorder the query, and sort the query parameters of the URL in Twilio.',
  },
  'query-encoding': {
    title: 'the query is escaped in another way',
    explanation:
      'The signature matches the same query with other escapes ({about}). The query must arrive byte for byte as ' +
      'signed.',
    fix:
      'Pass the query on unchanged, and use only letters, digits and -._~ in the query of the URL in Twilio, which ' +
      'need no escapes. Prefer POST to GET.',
  },
  'query-form': {
    title: 'the query was signed in another form',
    explanation:
      'The signature matches the same query with other escapes or in another order. Some Twilio products sign one ' +
      'form and send another; the gateway accepts the known ones.',
    fix: 'Nothing. Other verifiers may reject it; sorted parameters of letters, digits and -._~ avoid the difference.',
  },
  'query-param-added': {
    title: 'a query parameter was added',
    explanation: 'The signature matches the query without {about}.',
    fix: 'Find what adds the parameter between Twilio and the gateway and stop it, or add it to the URL in Twilio.',
  },
  'query-mark': {
    title: 'the signed URL ends with an empty query',
    explanation: 'The signature matches the URL with a single ? at its end, which API Gateway does not pass on.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, without the question mark.',
  },
  'query-as-params': {
    title: 'the query was signed as form parameters',
    explanation:
      'The signature matches when the query’s parameters are appended to the URL as form parameters. Twilio signs ' +
      'a query as part of the URL only.',
    fix:
      'If you verify or sign a GET request yourself, pass an empty parameter object: the query is already in the ' +
      'URL.',
  },
  'params-in-query': {
    title: 'the request was signed as a GET',
    explanation:
      'The signature matches a GET request with the same parameters in its query: the method was changed on the ' +
      'way, or the sender signs another method than it sends.',
    fix: 'Set the method of the webhook in Twilio to HTTP POST, and let nothing change the method on the way.',
  },
} as const;
