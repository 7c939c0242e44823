import {
  CommandToolbarButton,
  MenuSvg,
  ReactWidget,
  Toolbar,
  ToolbarButton,
  ellipsesIcon
} from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import { Panel, Widget } from '@lumino/widgets';
import * as React from 'react';
import { aibroIcon } from '../job/model/icons';
import { useLazy } from '../react/useLazy';
import { CommandIDs } from '../tokens';
import type { IPanelContext } from './context';
import type { IPanelContentProps, PanelContent } from './PanelContent';
import { focusPanel } from './panelFocus';
import { Trouble } from './Trouble';

/** The id of the panel in the shell. */
export const PANEL_ID = 'jp-aibro-jobs';

/** The side panel: a toolbar, the jobs, the instances. */
export class JobsPanel extends Panel {
  constructor(private readonly _context: IPanelContext) {
    super();
    const { trans } = _context;
    this.id = PANEL_ID;
    this.addClass('jp-Aibro-panel');
    this.node.tabIndex = -1;
    this.title.icon = aibroIcon;
    this.title.caption = trans.__('AIbro: jobs and instances');
    this.title.dataset = { jpTabLabel: trans.__('AIbro') };
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('AIbro jobs and instances'));
    this.addWidget(this._createToolbar());
    this.addWidget(new PanelBody(_context));
  }

  override dispose(): void {
    this._focusing?.dispose();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this._focusing?.dispose();
    this._focusing = focusPanel(this.node, this._context);
  }

  private _createToolbar(): Toolbar {
    const { commands, trans } = this._context;
    const toolbar = new Toolbar();
    toolbar.node.setAttribute('aria-label', trans.__('AIbro'));
    const title = new Widget({ node: document.createElement('h2') });
    title.node.textContent = trans.__('AIbro');
    title.addClass('jp-Aibro-title');
    toolbar.addItem('title', title);
    toolbar.addItem('spacer', Toolbar.createSpacerItem());
    toolbar.addItem(
      'replay',
      new CommandToolbarButton({
        commands,
        id: CommandIDs.replay,
        // The dialog asks which job to replay; it only proposes the selected one.
        label: trans.__('Replay…')
      })
    );
    const menu = new ToolbarButton({
      icon: ellipsesIcon,
      tooltip: trans.__('More'),
      onClick: () => this._openMenu(menu.node)
    });
    toolbar.addItem('menu', menu);
    return toolbar;
  }

  private _openMenu(anchor: HTMLElement): void {
    const { commands } = this._context;
    const menu = new MenuSvg({ commands });
    for (const [command, args] of MENU) {
      if (commands.hasCommand(command)) {
        menu.addItem({ command, args });
      }
    }
    menu.aboutToClose.connect(() => {
      // The chosen command is executed after the menu has closed.
      requestAnimationFrame(() => menu.dispose());
    });
    const { left, bottom } = anchor.getBoundingClientRect();
    menu.open(left, bottom);
  }

  private _focusing: IDisposable | null = null;
}

const MENU = [
  [CommandIDs.replay, {}],
  [CommandIDs.importReport, {}],
  ['settingeditor:open', { query: 'AIbro' }]
] as const;

/** Everything below the toolbar. */
class PanelBody extends ReactWidget {
  constructor(private readonly _context: IPanelContext) {
    super();
    this.addClass('jp-Aibro-body');
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onAfterHide(): void {
    this.update();
  }

  protected override render(): React.JSX.Element {
    return <Content context={this._context} visible={this.isVisible} />;
  }
}

const importContent = async (): Promise<typeof PanelContent> =>
  (await import('./PanelContent')).PanelContent;

function Content(props: IPanelContentProps): React.JSX.Element | null {
  const { trans } = props.context;
  const { value: Loaded, error, load } = useLazy(importContent, props.visible);
  if (Loaded) {
    return <Loaded {...props} />;
  }
  return error === null ? null : (
    <Trouble
      title={trans.__('The panel could not be loaded')}
      retry={load}
      trans={trans}
    >
      {error}
    </Trouble>
  );
}
