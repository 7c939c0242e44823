/** Two lists of epochs, side by side. Pure. */

import type { Epoch } from '../../api';
import { inNaturalOrder } from '../../format';

/** The values of a metric in one epoch, from both jobs. */
export interface IPoint {
  /** Counted from 1. */
  readonly epoch: number;
  /** `null` is a value that is not finite; `undefined` means the job has no value for this epoch. */
  readonly recorded: number | null | undefined;
  readonly replayed: number | null | undefined;
  /** Whether both jobs had the same weights after this epoch; null if not known for both. */
  readonly sameWeights: boolean | null;
}

/** The values of one metric in both jobs, over their epochs. */
export interface ISeries {
  readonly metric: string;
  readonly points: readonly IPoint[];
  /** The first epoch for which both jobs have a value and the values differ; null if there is none. */
  readonly differsFrom: number | null;
}

/** The metrics of both jobs together: the losses first, then in natural order. */
export function metricNames(...jobs: (readonly Epoch[])[]): string[] {
  const names = new Set(
    jobs.flat().flatMap(({ metrics }) => Object.keys(metrics))
  );
  const losses = ['loss', 'val_loss'].filter(name => names.delete(name));
  return [...losses, ...inNaturalOrder(names)];
}

/** Pair the values of a metric in both jobs, epoch by epoch. */
export function seriesOf(
  metric: string,
  recorded: readonly Epoch[],
  replayed: readonly Epoch[]
): ISeries {
  const then = new Map(recorded.map(row => [row.epoch, row]));
  const now = new Map(replayed.map(row => [row.epoch, row]));
  const epochs = [...new Set([...then.keys(), ...now.keys()])];
  const points = epochs
    .sort((a, b) => a - b)
    .map((epoch): IPoint => {
      const one = then.get(epoch);
      const other = now.get(epoch);
      return {
        epoch,
        recorded: one?.metrics[metric],
        replayed: other?.metrics[metric],
        sameWeights:
          one?.weights_hash && other?.weights_hash
            ? one.weights_hash === other.weights_hash
            : null
      };
    });
  return {
    metric,
    points,
    differsFrom: points.find(isDifferent)?.epoch ?? null
  };
}

/** Whether both jobs have a value and the two are not equal to the last bit. */
export function isDifferent({ recorded, replayed }: IPoint): boolean {
  return (
    recorded !== undefined &&
    replayed !== undefined &&
    !Object.is(recorded, replayed)
  );
}

/**
 * A value with as many digits as it takes to tell it from neighbouring floats.
 *
 * @param value - as in {@link IPoint}.
 */
export function valueWords(value: number | null | undefined): string {
  return value === undefined ? '' : value === null ? 'NaN' : String(value);
}
