import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

/** The reader's language: its translations, and the locale for its numbers and times. */
export interface ILanguage {
  readonly trans: TranslationBundle;
  /** BCP 47 tag for formatting numbers and times; undefined means the browser's default. */
  readonly locale: string | undefined;
}

/** The language that JupyterLab is set to. */
export function languageOf(translator: ITranslator): ILanguage {
  return {
    trans: translator.load('jupyterlab_aibro'),
    locale: localeOf(translator.languageCode)
  };
}

/**
 * The BCP 47 tag of a JupyterLab language code: `fr_FR` → `fr-FR`.
 *
 * A language code without a country gets the country of the browser's locale, so that `en` writes
 * British dates for British readers. Undefined lets the browser choose.
 */
export function localeOf(languageCode: string | undefined): string | undefined {
  const tag = languageCode?.replaceAll('_', '-');
  if (!tag) {
    return undefined;
  }
  const own = navigator.languages.find(it => it.startsWith(`${tag}-`));
  return Intl.NumberFormat.supportedLocalesOf([own ?? tag])[0];
}

/** Keep one formatter per locale: creating one takes a hundred times as long as using it. */
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
