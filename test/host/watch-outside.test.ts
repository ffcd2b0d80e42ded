import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { because, lacking } from '../support/needs.ts';
import { cgprep, writeConfig } from '../support/real-tree.ts';
import { describeOnV1 } from '../support/v1-suite.ts';
import { startWatch, until } from '../support/watching.ts';
import type { Watching } from '../support/watching.ts';

const CONFIG = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failCgroupV1: false
enforceNodeAllocatable: [pods, kube-reserved]
kubeReserved: {cpu: 100m, memory: 256Mi}
kubeReservedCgroup: /kube.slice
`;

describeOnV1('watch seen from outside, on the real tree', ({ trees }) => {
  const one = join(trees.get('pids') ?? '', 'kube.slice');
  let directory = '';
  let watch: Watching | null = null;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'cgprep-test-'));
  });
  afterEach(async () => {
    watch?.child.kill('SIGKILL');
    await watch?.ended;
    rmSync(directory, { recursive: true });
  });

  const at = (name: string): string => join(directory, name);
  const settings = (listen: string): void => {
    const lines = [
      `kubeletConfig: ${writeConfig(directory, CONFIG)}`,
      'kubeletVersion: "1.36"',
      `record: ${at('record.jsonl')}`,
      `listen: ${listen}`,
      `textfile: ${at('cgprep.prom')}`,
    ];
    writeFileSync(at('config.yaml'), `${lines.join('\n')}\n`);
  };
  const ask = (socketPath: string, path: string): Promise<{ status: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      get({ socketPath, path, agent: false }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () => {
          resolve({ status: response.statusCode, body });
        });
      }).on('error', reject);
    });

  it('metrics, health and the textfile tell of a repair; SIGHUP moves the socket; the end leaves none', async () => {
    settings(`unix:${at('first.sock')}`);
    watch = startWatch(['--config', at('config.yaml')]);
    const { log } = watch;
    await until('it is ready', () => log().includes(' ready: '), log);
    expect(await ask(at('first.sock'), '/readyz')).toEqual({ status: 200, body: 'ready\n' });
    expect(await ask(at('first.sock'), '/healthz')).toEqual({ status: 200, body: 'ok\n' });

    rmdirSync(one);
    await until(
      'it is told in the textfile',
      () => textfile().includes('drift_total{kind="cgroup-missing"} 1'),
      textfile,
    );
    expect(existsSync(one)).toBe(true);
    const { body } = await ask(at('first.sock'), '/metrics');
    expect(body).toContain('\ncgprep_drift_total{kind="cgroup-missing"} 1\n');
    expect(body).toContain('\ncgprep_drift_standing{kind="cgroup-missing"} 0\n');

    settings(`unix:${at('second.sock')}`);
    watch.child.kill('SIGHUP');
    await until('the socket moves', () => existsSync(at('second.sock')) && !existsSync(at('first.sock')), log);
    expect(await ask(at('second.sock'), '/readyz')).toMatchObject({ status: 200 });

    watch.child.kill('SIGTERM');
    expect([await watch.ended, existsSync(at('second.sock'))]).toEqual([0, false]);
  });

  it('an address that cannot be had is one clear error, and nothing is made', () => {
    settings('192.0.2.1:9877');
    const ran = cgprep('watch', '--config', at('config.yaml'));
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([
      75,
      '',
      'cgprep: listen "192.0.2.1:9877": this machine does not have that address (EADDRNOTAVAIL) (CGP_TEMPORARY)\n' +
        '  Choose another address, or leave out --listen.\n',
    ]);
    expect([existsSync(one), existsSync(at('cgprep.prom'))]).toEqual([false, false]);
  });

  it.each([
    [':9877', 'listen ":9877": is no address'],
    ['unix:metrics.sock', 'listen "unix:metrics.sock": names no socket by an absolute path'],
  ])('%s is refused as usage', (listen, message) => {
    settings(JSON.stringify(listen));
    const ran = cgprep('watch', '--config', at('config.yaml'));
    expect([ran.status, ran.stderr]).toEqual([64, expect.stringContaining(`cgprep: ${message} (CGP_USAGE)\n`)]);
    expect(existsSync(one)).toBe(false);
  });

  const noPromtool = lacking('promtool');
  it.skipIf(noPromtool.length > 0)(`the textfile is as promtool wants it${because(noPromtool)}`, async () => {
    settings(`unix:${at('s')}`);
    watch = startWatch(['--config', at('config.yaml')]);
    await until('it is written', () => existsSync(at('cgprep.prom')), watch.log);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: textfile(),
      encoding: 'utf8',
    });
    expect([status, stdout + stderr]).toEqual([0, '']);
  });

  const textfile = (): string => (existsSync(at('cgprep.prom')) ? readFileSync(at('cgprep.prom'), 'utf8') : '');
});
