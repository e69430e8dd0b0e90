/** Causes in the body. Placeholders as in `url-causes.ts`. */
export const bodyCauses = {
  'body-base64': {
    title: 'the body is still base64',
    explanation:
      'The signature fits the body once it is decoded from base64. API Gateway hands form bodies to a function in base64 ' +
      '(isBase64Encoded).',
    fix: 'Decode the event’s body before anything reads it or passes it on.',
  },
  'body-not-signed': {
    title: 'the body was not signed',
    explanation: 'The signature fits the URL alone: whoever signed it left the form parameters out.',
    fix: 'Sign the URL and all form parameters. If Twilio sent it, something on the way turned a request without body into this one.',
  },
  'form-as-json': {
    title: 'a form was turned into JSON',
    explanation: 'The signature fits the members of the JSON body as form parameters: Twilio sent a form.',
    fix: 'Pass the body on as it came, application/x-www-form-urlencoded, instead of parsing and re-writing it.',
  },
  'json-as-form': {
    title: 'a JSON body is labelled as a form',
    explanation:
      'The signature fits the URL alone, whose query has bodySHA256: Twilio sent JSON, and the content type was changed.',
    fix: 'Pass the content type application/json on unchanged, with the body byte for byte; use the /events route, which reads JSON.',
  },
  'body-hash-missing': {
    title: 'bodySHA256 is missing in the query',
    explanation:
      'A JSON body is proven by its SHA-256 in the signed query. Here the query has none ({about}).',
    fix: 'Pass the query on unchanged. If you sign yourself, append bodySHA256=<lower-case hexadecimal SHA-256 of the raw body> before you sign.',
  },
  'body-hash-mismatch': {
    title: 'the JSON body was changed',
    explanation:
      'The signature is right, but the body is not the one whose SHA-256 is in the query as bodySHA256.',
    fix: 'Pass the body on byte for byte: no parsing and re-writing, no change of charset or line breaks, no compression.',
  },
  'body-hash-case': {
    title: 'bodySHA256 is in capital letters',
    explanation: 'The hash is right, but Twilio writes it in small letters, and so it is compared.',
    fix: 'Sign with the SHA-256 in lower-case hexadecimal.',
  },
  'body-reserialised': {
    title: 'the JSON body was parsed and written again',
    explanation: 'The signed hash fits the same JSON in another notation ({about}).',
    fix: 'Pass the raw bytes on, and verify them before anything parses them.',
  },
  'body-charset': {
    title: 'the body was decoded in the wrong charset',
    explanation:
      'The signature fits when the text is read in another charset ({about}): letters beyond ASCII were broken on the way.',
    fix: 'Treat the body as UTF-8 throughout, or as bytes; never as ISO-8859-1 or windows-1252.',
  },
  'body-unicode-form': {
    title: 'the text was normalised to another Unicode form',
    explanation: 'The signature fits the same text in the Unicode form {about}.',
    fix: 'Pass the body on byte for byte: no Unicode normalisation before the signature is verified.',
  },
  'line-endings': {
    title: 'the line breaks were changed',
    explanation: 'The signature fits the same text with other line breaks ({about}).',
    fix: 'Pass the body on byte for byte. If you captured it with an editor, capture it again without conversion of line breaks.',
  },
  'white-space': {
    title: 'parameters were trimmed',
    explanation: 'The signature fits with other white space at the ends of {about}.',
    fix: 'Turn the trimming of parameters off for webhooks (Laravel: TrimStrings): verify before anything changes them.',
  },
  'empty-params-dropped': {
    title: 'empty parameters were dropped',
    explanation:
      'The signature fits once these parameters are there with an empty value: {about}. Empty ones are signed, too.',
    fix: 'Keep empty parameters until the signature is verified (Laravel: ConvertEmptyStringsToNull; many form parsers have an option).',
  },
  'empty-params-added': {
    title: 'empty parameters were not signed',
    explanation:
      'The signature fits without the empty parameters {about}: they were added, or whoever signed left them out.',
    fix: 'Sign every parameter that is sent, the empty ones included, and add none.',
  },
  'null-params': {
    title: 'empty values became null',
    explanation:
      'The signature fits when {about} is empty instead of null or undefined written out (or the reverse).',
    fix: 'Keep empty strings as they are until the signature is verified (Laravel: ConvertEmptyStringsToNull).',
  },
  'param-added': {
    title: 'a parameter was added',
    explanation: 'The signature fits without {about}.',
    fix: 'Find what adds it between Twilio and the gateway (a framework, a proxy, a test tool), and take it away.',
  },
  'param-dropped': {
    title: 'a parameter was dropped',
    explanation: 'The signature fits once {about} is there again with the value that it usually has.',
    fix: 'Pass all parameters on, also the deprecated and the unknown ones: every one of them is signed.',
  },
  'repeats-collapsed': {
    title: 'a repeated parameter was collapsed',
    explanation:
      'The signature fits when {about} is read in another way: once, several times, or joined by commas.',
    fix: 'Keep every value of a repeated parameter (Conversations send some), and sign its name once for each value.',
  },
  'plus-as-space': {
    title: 'a + was not escaped',
    explanation:
      'The signature fits when + means itself: in a form an unescaped + is a space. Typical of `curl -d` with phone numbers.',
    fix: 'Escape + as %2B in the body: `curl --data-urlencode` does it.',
  },
  'params-double-encoded': {
    title: 'the parameters are escaped twice',
    explanation: 'The signature fits once the values are decoded one time more.',
    fix: 'Pass the body on as it came; something encodes the already encoded form again.',
  },
  'html-escaped': {
    title: 'the values are escaped for HTML',
    explanation:
      'The signature fits when &amp;, &lt;, &quot; and the like are the characters that they stand for (or the reverse).',
    fix: 'Take input sanitising out of the way of webhooks: verify the signature before anything changes the values.',
  },
} as const;
