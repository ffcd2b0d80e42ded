import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { withDirectory, withSocket } from '../support/fake-cri.ts';
import { because, lacking } from '../support/needs.ts';
import { PROGRAM, buildOnce, cgprep, reportOf, writeConfig } from '../support/real-tree.ts';

const missing = lacking('root', 'containerd');
const suite = describe.skipIf(missing.length > 0);

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailCgroupV1: false\n';

/** A containerd of the test's own: nothing of it is outside the directory. */
async function withContainerd<T>(
  directory: string,
  disabled: readonly string[],
  use: (socket: string) => T,
): Promise<T> {
  const socket = join(directory, 'containerd.sock');
  const config = join(directory, 'config.toml');
  writeFileSync(
    config,
    `version = 2
root = "${directory}/root"
state = "${directory}/state"
disabled_plugins = ${JSON.stringify(disabled)}
[grpc]
address = "${socket}"
[ttrpc]
address = "${directory}/ttrpc.sock"
`,
  );
  const daemon = spawn('containerd', ['--config', config], { stdio: 'ignore' });
  const ended = once(daemon, 'exit');
  try {
    for (let tries = 0; tries < 200 && !existsSync(socket); tries += 1) await pause(50);
    return use(socket);
  } finally {
    daemon.kill('SIGTERM');
    await ended;
  }
}

suite(`a real containerd${because(missing)}`, () => {
  beforeAll(buildOnce);

  const audit = (directory: string, socket: string): Report => {
    const file = writeConfig(directory, `${HEAD}containerRuntimeEndpoint: unix://${socket}\ncgroupDriver: cgroupfs\n`);
    const ran = cgprep('audit', '--kubelet-config', file, '--kubelet-version', '1.36', '-o', 'json');
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    return reportOf(ran);
  };

  it('is asked for its version and its driver; 1.x leaves the driver to the kubelet, 2.x tells it', async () => {
    await withDirectory((directory) =>
      withContainerd(directory, [], (socket) => {
        const { host, findings } = audit(directory, socket);
        expect(host.runtime).toMatchObject({ socket, name: 'containerd' });
        const old = /^v?1\./.test(host.runtime?.version ?? '');
        expect(host.runtime).toMatchObject({
          version: expect.stringMatching(/^v?\d+\.\d+\.\d+/) as unknown,
          cgroupDriver: old ? null : 'cgroupfs',
          silence: old ? 'RuntimeConfig is not implemented' : null,
        });
        expect(findings.map(({ code }) => code)).not.toContain('runtime-silent');
      }),
    );
  });

  it('without its CRI plugin says that it does not know the service', async () => {
    await withDirectory((directory) =>
      withContainerd(directory, ['io.containerd.grpc.v1.cri'], (socket) => {
        const { host, findings } = audit(directory, socket);
        expect(host.runtime).toMatchObject({ name: null, cgroupDriver: null });
        expect(findings.filter(({ code }) => code === 'runtime-silent')).toMatchObject([
          { severity: 'warning', message: expect.stringContaining('unknown service') as unknown },
        ]);
      }),
    );
  });

  it('is not asked by a user who may not: its files count, and the report says so', async () => {
    await withDirectory((directory) =>
      withContainerd(directory, [], (socket) => {
        chmodSync(directory, 0o755);
        const file = writeConfig(directory, `${HEAD}containerRuntimeEndpoint: unix://${socket}\n`);
        const args = ['audit', '--kubelet-config', file, '--kubelet-version', '1.36', '-o', 'json'];
        const ran = spawnSync(program, [...before, ...args], { encoding: 'utf8', uid: 65_534, gid: 65_534 });
        expect([ran.status, ran.stderr]).toEqual([0, '']);
        const { host, findings } = JSON.parse(ran.stdout) as Report;
        expect(host.runtime).toMatchObject({ name: null, silence: 'EACCES' });
        expect(findings.filter(({ code }) => code === 'runtime-silent')).toMatchObject([{ severity: 'info' }]);
      }),
    );
  });
});

const rootless = lacking('root');

const [program, ...before] = PROGRAM;

describe.skipIf(rootless.length > 0)(`a socket on which nothing sensible is said${because(rootless)}`, () => {
  beforeAll(buildOnce);

  it.each([
    ['hangs', () => undefined],
    ['closes at once', (one: { end: () => unknown }) => one.end()],
    ['sends garbage', (one: { write: (bytes: Buffer) => unknown }) => one.write(Buffer.alloc(100_000, 0xa5))],
  ])('%s: the audit ends in good time, with one line about it', async (_, greet) => {
    await withSocket(greet, async (socket) => {
      const begun = Date.now();
      const args = ['audit', '--kubelet-args', `--container-runtime-endpoint=unix://${socket}`];
      const child = spawn(program, [...before, ...args, '-o', 'json', '--kubelet-version', '1.34'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const out = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
      await once(child, 'close');
      // 2 seconds for the answer; the rest is for a busy machine.
      expect(Date.now() - begun).toBeLessThan(15_000);
      expect(out.stderr).toBe('');
      const { findings, host } = JSON.parse(out.stdout) as Report;
      expect(findings.filter(({ code }) => code === 'runtime-silent')).toHaveLength(1);
      expect(host.runtime).toMatchObject({ name: null, cgroupDriver: null });
    });
  });
});
