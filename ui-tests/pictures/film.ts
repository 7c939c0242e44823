import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { CDPSession, Locator } from '@playwright/test';

import { folder } from './camera';

const POINTER = `<svg xmlns="http://www.w3.org/2000/svg" width="22" height="28" viewBox="0 0 11 14">
  <path d="M1 1v11l3-2.6 1.8 4 1.6-.7-1.8-3.9H10z" fill="#000" stroke="#fff"/></svg>`;

/** How long the pointer is on its way, in ms. */
const GLIDE = 700;
const STEPS = 28;

/** Films a page: every picture that the browser draws, with its time. */
export class Film {
  private readonly _frames: { file: string; time: number }[] = [];
  private readonly _chapters: { time: number; seconds: number }[] = [];

  private constructor(
    private readonly _session: CDPSession,
    private readonly _folder: string
  ) {}

  /** Begin; the pictures go into a folder of this name. */
  static async start(
    page: IJupyterLabPageFixture,
    name: string
  ): Promise<Film> {
    const place = path.join(folder(), name);
    fs.rmSync(place, { force: true, recursive: true });
    fs.mkdirSync(place);
    const session = await page
      .context()
      .newCDPSession(page.context().pages()[0]);
    const film = new Film(session, place);
    session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
      void session.send('Page.screencastFrameAck', { sessionId });
      film._keep(data, metadata.timestamp ?? Date.now() / 1000);
    });
    await session.send('Page.startScreencast', { format: 'png' });
    return film;
  }

  /** Begin a chapter that is so long in the animation, however long it takes now. */
  chapter(seconds: number): void {
    this._chapters.push({ time: Date.now() / 1000, seconds });
  }

  /** End, and list pictures and chapters with their times, in seconds since the epoch. */
  async stop(): Promise<void> {
    await this._session.send('Page.stopScreencast');
    this.chapter(0);
    fs.writeFileSync(
      path.join(this._folder, 'film.json'),
      JSON.stringify({ chapters: this._chapters, frames: this._frames })
    );
  }

  private _keep(data: string, time: number): void {
    const file = `${String(this._frames.length).padStart(5, '0')}.png`;
    fs.writeFileSync(
      path.join(this._folder, file),
      Buffer.from(data, 'base64')
    );
    this._frames.push({ file, time });
  }
}

/** A pointer that can be seen: the browser draws none into its pictures. */
export async function showPointer(page: IJupyterLabPageFixture): Promise<void> {
  await page.evaluate(svg => {
    const pointer = document.createElement('div');
    pointer.innerHTML = svg;
    Object.assign(pointer.style, {
      position: 'fixed',
      left: '0',
      top: '0',
      zIndex: '2147483647',
      pointerEvents: 'none'
    });
    document.body.append(pointer);
    addEventListener(
      'mousemove',
      ({ clientX, clientY }) => {
        pointer.style.transform = `translate(${clientX}px, ${clientY}px)`;
      },
      { capture: true }
    );
  }, POINTER);
}

/** Go to the middle of something as a hand does, and click. */
export async function glideAndClick(
  page: IJupyterLabPageFixture,
  target: Locator,
  from: readonly [x: number, y: number]
): Promise<[number, number]> {
  const box = await target.boundingBox();
  if (!box) {
    throw new Error('What is to be clicked is not there.');
  }
  const to = [box.x + box.width / 2, box.y + box.height / 2] as const;
  for (let step = 1; step <= STEPS; step++) {
    const way = (1 - Math.cos((Math.PI * step) / STEPS)) / 2;
    await page.mouse.move(
      from[0] + way * (to[0] - from[0]),
      from[1] + way * (to[1] - from[1])
    );
    await page.waitForTimeout(GLIDE / STEPS);
  }
  await page.mouse.click(...to);
  return [...to];
}
