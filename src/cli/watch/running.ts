import type { CgprepError } from '../../errors.ts';
import type { Log } from '../../host/log.ts';
import type { DirectoryWatch, Notify } from '../../model/ports.ts';
import type { WatchStatus } from '../../model/watch.ts';
import type { Triggers } from '../../watch/triggers.ts';
import type { Environment } from '../environment.ts';
import type { Outlets } from './outlets.ts';
import type { Session } from '../session.ts';
import type { Claim } from './single-instance.ts';
import type { Memory } from './look-and-mend.ts';
import type { Voice } from './voice.ts';
import type { WatchedConfig } from './watched-config.ts';

/** What belongs to one reading of the settings; a reload makes it anew. */
export interface Base {
  readonly session: Session;
  readonly forgetUnits: () => void;
  readonly config: WatchedConfig;
  readonly log: Log;
  readonly record: string;
}

/** Everything of a watch that runs. */
export interface Running {
  readonly environment: Environment;
  readonly notify: Notify;
  readonly claim: Claim;
  readonly directories: DirectoryWatch;
  readonly voice: Voice;
  readonly end: (outcome: number | CgprepError) => void;
  /** null until they are open, before the first pass. */
  outlets: Outlets | null;
  base: Base;
  memory: Memory;
  status: WatchStatus;
  triggers: Triggers;
  told: string | null;
  toldReady: boolean;
  pingDue: boolean;
}
