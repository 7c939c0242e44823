import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { until } from '../../jest/until';
import { useUpdates } from './hooks';

describe('what is drawn again with a signal', () => {
  it('misses nothing that is emitted right after it was drawn', async () => {
    const changed = new Signal<object, void>({});
    let words = 'old';
    const View = (): React.JSX.Element => {
      useUpdates(changed);
      React.useLayoutEffect(() => {
        words = 'new';
        changed.emit();
      }, []);
      return <p>{words}</p>;
    };
    const node = document.createElement('div');
    const root = createRoot(node);
    root.render(<View />);
    await until(() => node.textContent === 'new');
    root.unmount();
  });
});
