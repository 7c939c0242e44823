import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

/** The reader's language: its words, and how its numbers and times are written. */
export interface ILanguage {
  readonly trans: TranslationBundle;
  /** BCP 47 tag for numbers and times; undefined is the browser's own. */
  readonly locale: string | undefined;
}

/** The language that JupyterLab speaks. */
export function languageOf(translator: ITranslator): ILanguage {
  return {
    trans: translator.load('jupyterlab_aibro'),
    locale: localeOf(translator.languageCode)
  };
}

/**
 * The BCP 47 tag of a JupyterLab language code: `fr_FR` → `fr-FR`.
 *
 * For a language without a country, the country is that of the reader's browser, so that `en` writes
 * British dates for British readers; undefined lets the browser choose.
 */
export function localeOf(languageCode: string | undefined): string | undefined {
  const tag = languageCode?.replaceAll('_', '-');
  if (!tag) {
    return undefined;
  }
  const own = navigator.languages.find(it => it.startsWith(`${tag}-`));
  return Intl.NumberFormat.supportedLocalesOf([own ?? tag])[0];
}

/** Keeps one formatter for each locale: making one takes a hundred times as long as using it. */
export function perLocale<T>(
  make: (locale?: string) => T
): (locale: string | undefined) => T {
  const made = new Map<string | undefined, T>();
  return locale => {
    const formatter = made.get(locale) ?? make(locale);
    made.set(locale, formatter);
    return formatter;
  };
}
