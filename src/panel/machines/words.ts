/** The facts of a machine in words. Pure. */

import type { Machine } from '../../api';
import {
  formatAbout,
  formatCount,
  formatMemory,
  formatPrice
} from '../../format';
import type { ILanguage } from '../../format';

/** Its market, its hardware and its price. */
export function traitsOf(machine: Machine, language: ILanguage): string[] {
  const { locale, trans } = language;
  const { cpus, gpus, market, memory_bytes, price_per_hour } = machine;
  return [
    market === 'spot' ? trans.__('Spot') : trans.__('On demand'),
    trans._n('%2 CPU', '%2 CPUs', cpus, formatCount(cpus, locale)),
    gpus && trans._n('%2 GPU', '%2 GPUs', gpus, formatCount(gpus, locale)),
    memory_bytes !== null && formatMemory(memory_bytes, language),
    price_per_hour !== null &&
      trans.__('%1 per hour', formatPrice(price_per_hour, locale))
  ].filter((trait): trait is string => Boolean(trait));
}

/** How many more could start now. */
export function freeWords(
  { free, problem }: Machine,
  { locale, trans }: ILanguage
): string {
  if (problem !== null) {
    return trans.__('not available');
  }
  return free === null
    ? trans.__('not known')
    : free === 0
      ? trans.__('none free')
      : trans.__('%1 free', formatCount(free, locale));
}

/** How many are in use, and of how many; empty where neither is known. */
export function usedWords(
  { capacity, instances }: Machine,
  { locale, trans }: ILanguage
): string {
  const used = formatCount(instances, locale);
  return capacity !== null
    ? trans.__('%1 of %2 in use', used, formatCount(capacity, locale))
    : instances
      ? trans.__('%1 in use', used)
      : '';
}

/** How the user's own requests went; empty before the first. */
export function historyWords(machine: Machine, language: ILanguage): string {
  const { locale, trans } = language;
  const { availability, requests, usual_wait_s } = machine;
  if (availability === null || requests === 0) {
    return '';
  }
  const granted = Math.round(availability * requests);
  const share = trans._n(
    'Granted in time %2 of %1 time',
    'Granted in time %2 of %1 times',
    requests,
    formatCount(granted, locale)
  );
  if (usual_wait_s === null) {
    return share;
  }
  return usual_wait_s < 0.5
    ? trans.__('%1, usually at once', share)
    : trans.__(
        '%1, usually after %2',
        share,
        formatAbout(usual_wait_s, language)
      );
}

/** The labels that a node must have: `zone=a`. */
export function labelWords({ labels }: Machine): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
