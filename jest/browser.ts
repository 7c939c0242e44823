/*
 * Replacements for what jsdom lacks. It has no layout, so its observers report what the spec tells
 * them to.
 */

/** Stands in for both ResizeObserver and IntersectionObserver. */
export class SpecObserver {
  static readonly all = new Set<SpecObserver>();

  constructor(private readonly _callback: (entries: object[]) => void) {}

  readonly targets = new Set<Element>();

  observe(target: Element): void {
    this.targets.add(target);
    SpecObserver.all.add(this);
  }

  unobserve(target: Element): void {
    this.targets.delete(target);
  }

  disconnect(): void {
    this.targets.clear();
    SpecObserver.all.delete(this);
  }

  takeRecords(): [] {
    return [];
  }

  /** Notify all observers of an element, as if its visibility or size had changed. */
  static report(target: Element, isIntersecting = true): void {
    for (const observer of [...SpecObserver.all]) {
      if (observer.targets.has(target)) {
        observer._callback([{ target, isIntersecting }]);
      }
    }
  }
}

/** Install the replacements as globals. */
export function installBrowser(): void {
  Object.assign(globalThis, {
    ResizeObserver: SpecObserver,
    IntersectionObserver: SpecObserver,
    requestIdleCallback: (callback: () => void) => setTimeout(callback),
    cancelIdleCallback: clearTimeout
  });
}
