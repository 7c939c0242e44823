/** Run other programs from the project's commands. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the checkout. */
export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The Python interpreter of the project's environment. */
export const PYTHON = path.join(ROOT, '.venv', 'bin', 'python');

/** An error that is shown to the user as a message, without a stack trace. */
export class Failure extends Error {}

/** The environment for every program that is run; the project's own tools come first in the path. */
export function environment(extra = {}) {
  const bins = ['.venv/bin', 'node_modules/.bin'].map(bin =>
    path.join(ROOT, bin)
  );
  return {
    ...process.env,
    PATH: [...bins, process.env.PATH].join(path.delimiter),
    ...extra
  };
}

/**
 * Run a program in the root folder and wait until it ends. A SIGTERM is passed on to it.
 *
 * @param command - The program.
 * @param args - Its arguments.
 * @param options - `env`: extra variables; `quiet`: show the program's output only if it fails.
 * @returns Its exit code; 1 if a signal ended it.
 */
export function run(command, args, { env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: environment(env),
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit'
    });
    const printed = [];
    child.stdout?.on('data', chunk => printed.push(chunk));
    child.stderr?.on('data', chunk => printed.push(chunk));
    const stop = () => child.kill('SIGTERM');
    process.on('SIGTERM', stop);
    child.on('error', error => {
      reject(new Failure(`${command} cannot be run: ${error.message}`));
    });
    child.on('close', code => {
      process.off('SIGTERM', stop);
      if (quiet && code !== 0) {
        process.stderr.write(Buffer.concat(printed));
      }
      resolve(code ?? 1);
    });
  });
}

/** Like `run`, but throws a `Failure` if the program fails. */
export async function must(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) {
    const words = [command.replace(ROOT + path.sep, ''), ...args].join(' ');
    throw new Failure(`This command failed with exit code ${code}: ${words}`);
  }
}

/** The output of a short program; `null` if it fails or does not exist. */
export function output(command, args) {
  const { status, stdout } = spawnSync(command, args, {
    cwd: ROOT,
    env: environment(),
    encoding: 'utf8'
  });
  return status === 0 ? stdout.trim() : null;
}

/**
 * Run a command's main function. Its return value is the exit code; a `Failure` is shown as a
 * message.
 */
export async function main(body) {
  try {
    process.exitCode = (await body(process.argv.slice(2))) ?? 0;
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

/** Whether Node was started with this module as its program. */
export function isMain(meta) {
  return process.argv[1] === fileURLToPath(meta.url);
}
