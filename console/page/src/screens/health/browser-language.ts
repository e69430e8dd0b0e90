/**
 * uPlot makes a number format of the browser's language when it is loaded. A browser that runs without a locale, such
 * as one on a server, calls it `en-US@posix`, which is not a language tag, and the whole page would end there.
 * This file is imported before uPlot.
 */
const isUsable = (language: string): boolean => {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language).length >= 0;
  } catch {
    return false;
  }
};

if (!isUsable(navigator.language)) Object.defineProperty(navigator, 'language', { value: 'en' });
