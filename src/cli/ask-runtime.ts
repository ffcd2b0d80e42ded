import { runtimeEndpoint, runtimeSockets, withRuntime } from '../kubelet/runtime-driver.ts';
import type { KubeletConfig } from '../model/kubelet.ts';
import type { RuntimeAnswer } from '../model/runtime.ts';
import { runtimeFacts } from '../probe/runtime.ts';
import type { Session } from './session.ts';

/**
 * The cgroup driver as the kubelet decides it. Only an audit of the machine that it runs on asks the runtime;
 * `oneshot` runs at boot, when the runtime may not be up, and goes by its files.
 */
export async function decideDriver(
  session: Session,
  command: 'audit' | 'oneshot',
  config: KubeletConfig,
): Promise<KubeletConfig> {
  const { settings, reader } = session;
  const answer = command === 'audit' && settings.root === '/' ? await ask(session, config) : null;
  const endpoint = answer === null ? runtimeEndpoint(config) : `unix://${answer.socket}`;
  return withRuntime(config, await runtimeFacts(reader, endpoint), answer);
}

async function ask({ askRuntime }: Session, config: KubeletConfig): Promise<RuntimeAnswer | null> {
  for (const socket of runtimeSockets(config)) {
    const answer = await askRuntime(socket);
    if (answer !== null) return answer;
  }
  return null;
}
