import type { CgroupDoor, Clock, HostReader, Systemd } from '../model/ports.ts';
import type { Settings } from '../model/settings.ts';
import type { Environment } from './environment.ts';

/** One command's settings, and the adapters opened for them. */
export interface Session {
  readonly settings: Settings;
  readonly cgprepVersion: string;
  /** cgprep's own environment variables. */
  readonly variables: Environment['variables'];
  readonly kubeletVersion: Environment['kubeletVersion'];
  readonly askRuntime: Environment['askRuntime'];
  readonly askMachine: Environment['askMachine'];
  readonly reader: HostReader;
  readonly door: CgroupDoor;
  readonly clock: Clock;
  /** null where there is none to ask: no systemd, or below another root, whose manager is not the one that answers here. */
  readonly systemd: Systemd | null;
}

/** Opens what a command needs; systemctl's adapter, which is dear to load, only where systemd runs. */
export async function openSession(settings: Settings, environment: Environment): Promise<Session> {
  const reader = environment.reader(settings.root);
  const booted = settings.root === '/' && reader.kind('/run/systemd/system') === 'directory';
  return {
    settings,
    cgprepVersion: environment.cgprepVersion,
    variables: environment.variables,
    kubeletVersion: environment.kubeletVersion,
    askRuntime: environment.askRuntime,
    askMachine: environment.askMachine,
    reader,
    door: environment.door(settings.root),
    clock: environment.clock,
    systemd: booted ? await environment.systemd() : null,
  };
}
