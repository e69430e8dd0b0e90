/** Causes in the body. Placeholders as in `url-causes.ts`. */
export const bodyCauses = {
  'body-base64': {
    title: 'the body is still base64',
    explanation:
      'The signature matches the body once it is decoded from base64. API Gateway passes form bodies to a function ' +
      'in base64 (isBase64Encoded).',
    fix: 'Decode the event’s body before anything reads it or passes it on.',
  },
  'body-not-signed': {
    title: 'the body was not signed',
    explanation: 'The signature matches the URL alone: the signer left the form parameters out.',
    fix: 'Sign the URL and all form parameters. If Twilio sent it, something on the way added the body.',
  },
  'form-as-json': {
    title: 'a form was turned into JSON',
    explanation: 'The signature matches the members of the JSON body as form parameters: Twilio sent a form.',
    fix: 'Pass the application/x-www-form-urlencoded body on unchanged; do not parse and rewrite it.',
  },
  'json-as-form': {
    title: 'a JSON body is labelled as a form',
    explanation:
      'The signature matches the URL alone, whose query has bodySHA256: Twilio sent JSON, and the content type was ' +
      'changed.',
    fix: 'Pass the content type application/json and the body on unchanged; use the /events route, which reads JSON.',
  },
  'body-hash-missing': {
    title: 'bodySHA256 is missing from the query',
    explanation: 'Twilio signs a JSON body through its SHA-256 in the query. This query has none ({about}).',
    fix:
      'Pass the query on unchanged. If you sign yourself, append bodySHA256=<lower-case hexadecimal SHA-256 of the ' +
      'raw body> before you sign.',
  },
  'body-hash-mismatch': {
    title: 'the JSON body was changed',
    explanation: 'The signature is right, but the SHA-256 of the body is not the bodySHA256 of the query.',
    fix:
      'Pass the body on byte for byte: do not parse and rewrite it, change its charset or line breaks, or compress ' +
      'it.',
  },
  'body-hash-case': {
    title: 'bodySHA256 is in capital letters',
    explanation: 'The hash is right, but Twilio writes it in lower case, and the gateway compares it exactly.',
    fix: 'Sign with the SHA-256 in lower-case hexadecimal.',
  },
  'body-reserialised': {
    title: 'the JSON body was parsed and written again',
    explanation: 'The signed hash matches the same JSON in another notation ({about}).',
    fix: 'Pass the raw bytes on, and verify them before anything parses them.',
  },
  'body-charset': {
    title: 'the body was decoded in the wrong charset',
    explanation:
      'The signature matches when the text is read in another charset ({about}): characters beyond ASCII were ' +
      'corrupted on the way.',
    fix: 'Treat the body as UTF-8 throughout, or as bytes; never as ISO-8859-1 or windows-1252.',
  },
  'body-unicode-form': {
    title: 'the text was normalised to another Unicode form',
    explanation: 'The signature matches the same text in the Unicode form {about}.',
    fix: 'Pass the body on byte for byte: do not normalise Unicode before the signature is verified.',
  },
  'line-endings': {
    title: 'the line breaks were changed',
    explanation: 'The signature matches the same text with other line breaks ({about}).',
    fix:
      'Pass the body on byte for byte. If an editor saved the capture, capture it again without converting line ' +
      'breaks.',
  },
  'white-space': {
    title: 'parameters were trimmed',
    explanation: 'The signature matches with other white space at the ends of {about}.',
    fix: 'Disable the trimming of parameters for webhooks (Laravel: TrimStrings): verify before anything changes them.',
  },
  'empty-params-dropped': {
    title: 'empty parameters were dropped',
    explanation:
      'The signature matches once these parameters are present with an empty value: {about}. Twilio signs empty ' +
      'parameters, too.',
    fix:
      'Keep empty parameters until the signature is verified (Laravel: ConvertEmptyStringsToNull; many form ' +
      'parsers have an option).',
  },
  'empty-params-added': {
    title: 'empty parameters were not signed',
    explanation:
      'The signature matches without the empty parameters {about}: they were added, or the signer left them out.',
    fix: 'Sign every parameter that you send, empty ones included, and add none later.',
  },
  'null-params': {
    title: 'empty values became null',
    explanation: 'The signature matches when {about} is empty instead of a written null or undefined (or the reverse).',
    fix: 'Keep empty strings unchanged until the signature is verified (Laravel: ConvertEmptyStringsToNull).',
  },
  'param-added': {
    title: 'a parameter was added',
    explanation: 'The signature matches without {about}.',
    fix: 'Find what adds it between Twilio and the gateway (a framework, a proxy, a test tool) and stop it.',
  },
  'param-dropped': {
    title: 'a parameter was dropped',
    explanation: 'The signature matches once {about} is present with its usual value.',
    fix: 'Pass all parameters on, including deprecated and unknown ones: Twilio signs every one of them.',
  },
  'repeats-collapsed': {
    title: 'a repeated parameter was collapsed',
    explanation: 'The signature matches when {about} is read in another way: once, several times, or joined by commas.',
    fix: 'Keep every value of a repeated parameter (Conversations sends some), and sign its name once for each value.',
  },
  'plus-as-space': {
    title: 'a + was not escaped',
    explanation:
      'The signature matches when + means itself: in a form an unescaped + is a space. Typical of `curl -d` with ' +
      'phone numbers.',
    fix: 'Escape + as %2B in the body: `curl --data-urlencode` does it.',
  },
  'params-double-encoded': {
    title: 'the parameters are escaped twice',
    explanation: 'The signature matches once the values are decoded a second time.',
    fix: 'Pass the body on unchanged; something encodes the encoded form again.',
  },
  'html-escaped': {
    title: 'the values are escaped for HTML',
    explanation: 'The signature matches when &amp;, &lt;, &quot; and the like are plain characters (or the reverse).',
    fix: 'Do not sanitise webhook input before the signature is verified.',
  },
} as const;
