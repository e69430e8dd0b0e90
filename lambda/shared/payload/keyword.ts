/**
 * Normalizes a message's text for the comparison with keywords: no outer white space, lower case, and accents composed,
 * because phones send `é` as one character or as two.
 */
export const normalizeKeyword = (text: string): string => text.trim().normalize('NFC').toLowerCase();
