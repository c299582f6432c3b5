import { dirname } from 'node:path';
import { findConfig } from '../flows/load-config.ts';
import { loadEnvironment } from '../model/load-environment.ts';
import { type ReadSettings, readSettings } from '../traces/vendor-settings.ts';
import type { CommandContext } from './command-context.ts';
import { plainText } from './terminal-text.ts';

/** How a command reaches a vendor. */
export interface VendorOptions {
  readonly project?: string;
  readonly baseUrl?: string;
  readonly allowHttp?: boolean;
}

/** Settings from the command, the environment and `.env` beside the configuration. */
export function vendorSettings(options: VendorOptions, { terminal, invocation }: CommandContext): ReadSettings {
  const config = findConfig(invocation.directory);
  const root = config === undefined ? invocation.directory : dirname(config);
  const environment = loadEnvironment(root, terminal.environment, (message) => terminal.note.line(plainText(message)));
  const { project, baseUrl, allowHttp } = options;
  return readSettings(environment, {
    ...(project === undefined ? {} : { project }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(allowHttp === undefined ? {} : { allowHttp }),
  });
}
