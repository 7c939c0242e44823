import { segments } from './ansi';
import type { ILook } from './ansi';
import type { ILogQuestion } from './search';

/** A piece of a line as it is drawn. */
export interface IPiece {
  readonly text: string;
  readonly look: ILook;
  /** Which hit of the line it belongs to, from 0; null for text that is no hit. */
  readonly hit: number | null;
}

/** The expression that finds the hits of a search in a line; null when nothing is searched for. */
export function patternOf({ text, matchCase }: ILogQuestion): RegExp | null {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return text ? new RegExp(escaped, matchCase ? 'g' : 'gi') : null;
}

/** The pieces of a line: cut where its style changes, and at both ends of a hit. */
export function pieces(line: string, pattern: RegExp | null): IPiece[] {
  const parts = segments(line);
  if (!pattern) {
    return parts.map(part => ({ ...part, hit: null }));
  }
  const text = parts.map(part => part.text).join('');
  const hits = [...text.matchAll(pattern)].map(match => ({
    start: match.index,
    end: match.index + match[0].length
  }));
  const found: IPiece[] = [];
  let position = 0;
  let next = 0;
  for (const { text: rest, look } of parts) {
    const end = position + rest.length;
    while (position < end) {
      const hit = hits.at(next);
      const isInside = hit !== undefined && position >= hit.start;
      const until = Math.min(end, hit ? (isInside ? hit.end : hit.start) : end);
      found.push({
        text: text.slice(position, until),
        look,
        hit: isInside ? next : null
      });
      position = until;
      if (position === hit?.end) {
        next += 1;
      }
    }
  }
  return found;
}
