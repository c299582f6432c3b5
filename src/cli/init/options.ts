import type { AgentKind } from '../../flows/init/answers.ts';

/** What the command line says. */
export interface InitOptions {
  readonly name?: string;
  readonly kind?: AgentKind;
  readonly agent?: string;
  readonly input?: string;
  readonly decision?: string;
  readonly examples?: string;
  readonly decides?: readonly string[];
  readonly traces?: string;
  readonly reviewed?: boolean;
  readonly shards?: number;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}
