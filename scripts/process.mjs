/** Running other programs from the project's commands. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The interpreter of the project's own environment. */
export const PYTHON = path.join(ROOT, '.venv', 'bin', 'python');

/** A problem told to the user in one message, without a stack. */
export class Failure extends Error {}

/** The environment of every program: the project's own tools come first. */
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
 * Run a program in the checkout and wait for its end. A SIGTERM is passed on to it.
 *
 * @param command - The program.
 * @param args - Its arguments.
 * @param options - `env`: variables to add; `quiet`: show what it prints only if it fails.
 * @returns Its exit code; 1 when a signal ended it.
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

/** As `run`, but a program that fails is a `Failure`. */
export async function must(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) {
    const words = [command.replace(ROOT + path.sep, ''), ...args].join(' ');
    throw new Failure(`This command failed with exit code ${code}: ${words}`);
  }
}

/** What a short program prints, or `null` when it fails or does not exist. */
export function output(command, args) {
  const { status, stdout } = spawnSync(command, args, {
    cwd: ROOT,
    env: environment(),
    encoding: 'utf8'
  });
  return status === 0 ? stdout.trim() : null;
}

/** Run a command's main function: its number is the exit code, its `Failure` a message. */
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

/** Whether a module is the program that Node was asked to run. */
export function isMain(meta) {
  return process.argv[1] === fileURLToPath(meta.url);
}
