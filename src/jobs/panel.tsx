import {
  CommandToolbarButton,
  MenuSvg,
  ReactWidget,
  Toolbar,
  ToolbarButton,
  ellipsesIcon
} from '@jupyterlab/ui-components';
import { Panel, Widget } from '@lumino/widgets';
import * as React from 'react';
import { CommandIDs } from '../tokens';
import type { IPanelContext } from './context';
import { useUpdates } from './hooks';
import { aibroIcon } from './icons';
import { InstancesSection } from './InstancesSection';
import { JobsSection } from './JobsSection';
import { ConnectionNotice, Trouble } from './Notice';
import { SearchBar } from './SearchBar';

/** The id of the panel in the shell. */
export const PANEL_ID = 'jp-aibro-jobs';

/** The side panel: a toolbar, the jobs, the instances. */
export class JobsPanel extends Panel {
  constructor(private readonly _context: IPanelContext) {
    super();
    const { trans } = _context;
    this.id = PANEL_ID;
    this.addClass('jp-Aibro-panel');
    this.title.icon = aibroIcon;
    this.title.caption = trans.__('AIbro: jobs and instances');
    this.title.dataset = { jpTabLabel: trans.__('AIbro') };
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('AIbro jobs and instances'));
    this.addWidget(this._createToolbar());
    this.addWidget(new PanelBody(_context));
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
        // The dialog asks which job: what is selected in the list is only its first proposal.
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
}

const MENU = [
  [CommandIDs.replay, {}],
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
    return <Body context={this._context} visible={this.isVisible} />;
  }
}

function Body(props: {
  context: IPanelContext;
  visible: boolean;
}): React.JSX.Element {
  const { context, visible } = props;
  const { jobs, list, instances, settings, trans } = context;
  useUpdates(settings.changed, visible);
  useUpdates(jobs.connectionChanged, visible);
  useUpdates(list.updated, visible);
  const retry = async (): Promise<void> => {
    await jobs.retry();
    list.reload();
    await instances.reload();
  };
  return (
    <>
      <ConnectionNotice {...{ connection: jobs.connection, retry, trans }} />
      {jobs.connection.kind === 'online' && list.error !== null && (
        <Trouble
          title={trans.__('The jobs could not be read')}
          {...{ retry, trans }}
        >
          {list.error}
        </Trouble>
      )}
      {list.isLoaded && (
        <>
          <SearchBar context={context} query={list.query} />
          <JobsSection context={context} visible={visible} />
          <InstancesSection context={context} visible={visible} />
        </>
      )}
    </>
  );
}
