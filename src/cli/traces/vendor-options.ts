import { projectRoot } from '../../flows/find-config.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { duration } from '../../text/figures.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import { type Environment, type ReadSettings, readSettings } from '../../traces/vendors/vendor-settings.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawOver } from '../terminal/draw-over.ts';
import type { Output } from '../terminal/terminal.ts';

/** How a command reaches a vendor. */
export interface VendorOptions {
  readonly project?: string;
  readonly baseUrl?: string;
  readonly allowHttp?: boolean;
}

/** Says that a vendor is waited for, and why. */
export function pauseNote(title: string, note: Output): (why: string, milliseconds: number) => void {
  return (why, milliseconds) => {
    drawOver(note);
    note.line(note.style('dim', `${title}: ${plainLine(why)}; retrying in ${duration(milliseconds)}.`));
  };
}

/** The environment with what `.env` beside the configuration adds. */
export function projectEnvironment({ terminal, invocation }: CommandContext): Environment {
  return loadEnvironment(projectRoot(invocation.directory), terminal.environment, (message) => terminal.note.line(plainText(message)));
}

/** Settings from the command and the environment. */
export function vendorSettings(options: VendorOptions, environment: Environment): ReadSettings {
  const { project, baseUrl, allowHttp } = options;
  return readSettings(environment, {
    ...(project === undefined ? {} : { project }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(allowHttp === undefined ? {} : { allowHttp }),
  });
}
