/* What jsdom lacks. It has no layout, hence no observers of it: these report what the spec says. */

/** Stands for both observers of the browser; the newest of each is kept to be driven. */
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

  /** Tell all observers of an element that it is on the screen or not, or has another size. */
  static report(target: Element, isIntersecting = true): void {
    for (const observer of [...SpecObserver.all]) {
      if (observer.targets.has(target)) {
        observer._callback([{ target, isIntersecting }]);
      }
    }
  }
}

/** Put these where the browser has its own. */
export function installBrowser(): void {
  Object.assign(globalThis, {
    ResizeObserver: SpecObserver,
    IntersectionObserver: SpecObserver,
    requestIdleCallback: (callback: () => void) => setTimeout(callback),
    cancelIdleCallback: clearTimeout
  });
}
