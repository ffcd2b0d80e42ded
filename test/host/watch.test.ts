import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { because, lacking } from '../support/needs.ts';
import { cgprep, reportOf, writeConfig } from '../support/real-tree.ts';
import { CONFIG, describeOnV1 } from '../support/v1-suite.ts';
import { spinUntilExists, startWatch, until } from '../support/watching.ts';
import type { Watching } from '../support/watching.ts';

describeOnV1('watch on the real cgroup v1 tree', ({ trees, mounts, wanted }) => {
  const pids = trees.get('pids') ?? '';
  const one = join(pids, 'kube.slice');
  let directory = '';
  let config = '';
  let record = '';
  const running: Watching[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'cgprep-test-'));
    config = writeConfig(directory, CONFIG);
    record = join(directory, 'watch.jsonl');
  });
  afterEach(async () => {
    for (const { child, out, ended } of running.splice(0)) {
      // Behind a listener it is a process of its own, as long as the listener is there.
      const own = /^PID=(\d+)$/m.exec(out())?.[1];
      if (own !== undefined && child.exitCode === null) process.kill(Number(own), 'SIGKILL');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(directory, { recursive: true, force: true });
  });

  /** Starts it with its own settings, and waits until it has made the host ready. */
  const watching = async (
    settings = '',
    before: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    heard = true,
  ): Promise<Watching> => {
    writeFileSync(join(directory, 'config.yaml'), `kubeletVersion: "1.36"\nrecord: ${record}\n${settings}`);
    const argv = ['--config', join(directory, 'config.yaml'), '--kubelet-config', config];
    const started = startWatch(argv, before, env);
    running.push(started);
    await until('everything is made', () => wanted.every((path) => existsSync(path)), started.log);
    // The last directory stands before the pass that made it has ended.
    if (heard) await until('it is watched', () => started.log().includes(' ready: '), started.log);
    return started;
  };
  const entries = (): Record<string, unknown>[] =>
    readFileSync(record, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const stop = async (
    { child, ended }: Watching,
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<number | string | null> => {
    child.kill(signal);
    return ended;
  };

  it('makes the host ready, and what is removed is back: 1,000 removals, 20 ms in the median, 100 ms for 99 of 100', async () => {
    // At real-time priority: a busy machine's queue is no part of the figure.
    const watch = await watching('', ['chrt', '-r', '1']);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const times: number[] = [];
    for (let nth = 0; nth < 1000; nth += 1) {
      const path = wanted[nth % wanted.length] ?? one;
      rmdirSync(path);
      times.push(spinUntilExists(path, 5000));
      // It has to look at its own work too; nobody removes in the same millisecond.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
    console.log(
      `removed → back, ms: median ${at(0.5).toFixed(1)}, p99 ${at(0.99).toFixed(1)}, max ${at(0.999).toFixed(1)}`,
    );
    expect(at(0.5)).toBeLessThanOrEqual(20);
    expect(at(0.99)).toBeLessThanOrEqual(100);
    expect(await stop(watch)).toBe(0);
    // Each thing is told once, and what came after is counted.
    const lines = watch
      .log()
      .split('\n')
      .filter((line) => line.includes('was there, and is gone'));
    expect(lines.length).toBeLessThanOrEqual(wanted.length * 3);
    const counted = entries().reduce((sum, { count }) => sum + Number(count), 0);
    expect(counted).toBe(1000);
    const seen = reportOf(cgprep('audit', '--kubelet-config', config, '--record', record, '-o', 'json')).changes ?? [];
    expect(seen.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
    expect(new Set(seen.map(({ result }) => result))).toEqual(new Set(['repaired']));
  }, 180_000);

  it('a storm of 20,000 events passes, and what is removed in it is back', async () => {
    const watch = await watching();
    for (let nth = 0; nth < 10_000; nth += 1) {
      mkdirSync(join(pids, 'cgprep-test-storm'));
      rmdirSync(join(pids, 'cgprep-test-storm'));
      if (nth === 5000) rmdirSync(one);
    }
    await until('it is back', () => existsSync(one), watch.log);
    rmdirSync(one);
    await until('it is back again', () => existsSync(one), watch.log);
    expect(await stop(watch)).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it at once with status 0, and what it made stays',
    async (signal) => {
      const watch = await watching();
      const began = performance.now();
      expect(await stop(watch, signal)).toBe(0);
      expect(performance.now() - began).toBeLessThan(1000);
      expect(wanted.filter((path) => !existsSync(path))).toEqual([]);
    },
  );

  it('a second one is refused, and after kill -9 nothing is in the way', async () => {
    const first = await watching();
    const second = cgprep('watch', '--kubelet-config', config);
    expect([second.status, second.stderr]).toEqual([75, expect.stringContaining(`PID ${first.child.pid}`)]);
    expect(await stop(first, 'SIGKILL')).toBe('SIGKILL');
    rmdirSync(one);
    const third = await watching();
    expect(existsSync(one)).toBe(true);
    expect(await stop(third)).toBe(0);
  });

  it('does not fight: it backs off, says so once, and goes on with the rest', async () => {
    const watch = await watching('backOffAfter: 5\nbackOffWithin: 60s\n');
    for (let nth = 0; nth < 5; nth += 1) {
      rmdirSync(one);
      spinUntilExists(one, 5000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const began = performance.now();
    rmdirSync(one);
    const other = join(trees.get('memory') ?? '', 'kube.slice');
    rmdirSync(other);
    expect(spinUntilExists(other, 900)).toBeLessThan(900);
    expect(existsSync(one)).toBe(false);
    await until('it is back a second later', () => existsSync(one), watch.log);
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(await stop(watch)).toBe(0);
    expect(watch.log().match(/drifts again and again/g)).toHaveLength(1);
    expect(entries().some(({ result }) => result === 'backing-off')).toBe(true);
  });

  it('a limit that is no longer what the kubelet wrote is told once, and not touched', async () => {
    const watch = await watching();
    const file = join(trees.get('cpu') ?? '', 'kube.slice', 'cpu.shares');
    // 1024 until the kubelet has written: that is no drift.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(watch.log()).not.toContain('cpu.shares');
    writeFileSync(file, '102');
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(file, '1024');
    await until('it is told', () => watch.log().includes(`${file}: held the kubelet's 102, and holds 1024`), watch.log);
    for (const text of ['1024', '1023']) writeFileSync(file, text);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(readFileSync(file, 'utf8').trim()).toBe('1023');
    expect(await stop(watch)).toBe(0);
    expect(entries().map(({ kind, count }) => [kind, count])).toEqual([['limits-changed', 1]]);
  });

  it('a changed configuration is followed when it is at rest, and told', async () => {
    const watch = await watching();
    writeFileSync(config, CONFIG.replace('/kube.slice', '/cgprep-test-other'));
    await until(
      'the new one is made',
      () => mounts.every((mount) => existsSync(join(mount, 'cgprep-test-other'))),
      watch.log,
    );
    await until('it is told', () => watch.log().includes('asked for /system.slice'), watch.log);
    expect(existsSync(one)).toBe(true);
    // Broken for a while: told once, kept going by what was known, and over when it is mended.
    writeFileSync(config, 'kind: [');
    await until('the problem is told', () => watch.log().includes(`${config}:1`), watch.log);
    writeFileSync(config, CONFIG);
    await until('it works again', () => watch.log().includes('looking at the host works again'), watch.log);
    rmdirSync(one);
    await until('and is repaired', () => existsSync(one), watch.log);
    expect(await stop(watch)).toBe(0);
    expect(watch.log().match(/kubelet\.yaml:1/g)).toHaveLength(1);
  });

  it('SIGHUP reads the settings again; those that make no sense change nothing', async () => {
    const watch = await watching();
    const settings = join(directory, 'config.yaml');
    appendFileSync(settings, 'kubeReservedCgroup: /cgprep-test-hup\n');
    watch.child.kill('SIGHUP');
    await until('the new name is made', () => existsSync(join(pids, 'cgprep-test-hup')), watch.log);
    appendFileSync(settings, 'nonsense: 1\n');
    watch.child.kill('SIGHUP');
    await until('it is refused', () => watch.log().includes('nonsense is not a setting'), watch.log);
    rmdirSync(join(pids, 'cgprep-test-hup'));
    await until('it goes on', () => existsSync(join(pids, 'cgprep-test-hup')), watch.log);
    expect(await stop(watch)).toBe(0);
  });

  it('a hierarchy that is mounted later is noticed at the next resync', async () => {
    const mounted = join(directory, 'hugetlb');
    mkdirSync(mounted);
    const forget = (): void => {
      const script =
        'mount -t cgroup -o hugetlb cgprep-test "$0"; for s in kube system; do rmdir "$0/$s.slice" || :; done';
      spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script, mounted]);
    };
    forget();
    try {
      const script = '(sleep 2; mount -t cgroup -o hugetlb cgprep-test "$0") & exec "$@"';
      const before = ['unshare', '-m', '--propagation', 'private', 'sh', '-c', script, mounted];
      const watch = await watching('resync: 1s\n', before);
      const told = `${mounted}/kube.slice: is missing in a hierarchy that was mounted since; repaired`;
      await until('it is made there', () => watch.log().includes(told), watch.log);
      expect(await stop(watch)).toBe(0);
    } finally {
      forget();
    }
  });

  it('goes on when its log is closed, and when nobody reads it', async () => {
    const watch = await watching();
    watch.child.stderr?.destroy();
    rmdirSync(one);
    spinUntilExists(one, 5000);
    expect(await stop(watch)).toBe(0);
    // A pipe that nobody reads, and that is full before it starts.
    const script = `mkfifo "$0"; exec 3<>"$0"; dd if=/dev/zero of="$0" bs=4096 count=16 oflag=nonblock 2>/dev/null; exec "$@" 2>"$0"`;
    const stuck = await watching('', ['sh', '-c', script, join(directory, 'fifo')], {}, false);
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let nth = 0; nth < 3; nth += 1) {
      rmdirSync(one);
      spinUntilExists(one, 5000);
    }
    expect(await stop(stuck)).toBe(0);
  });

  it('goes on when the disk of the record is full, and says so once', async () => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    record = join(disk, 'watch.jsonl');
    const script = `mount -t tmpfs -o size=4096 cgprep-test "$0"; dd if=/dev/zero of="$0/full" bs=4096 count=1 2>/dev/null; exec "$@"`;
    const watch = await watching('', ['unshare', '-m', '--propagation', 'private', 'sh', '-c', script, disk]);
    for (const path of wanted.slice(0, 4)) {
      rmdirSync(path);
      spinUntilExists(path, 5000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await until('it is told', () => watch.log().includes('the record cannot be written (ENOSPC)'), watch.log);
    expect(await stop(watch)).toBe(0);
    expect(watch.log().match(/cannot be written/g)).toHaveLength(1);
  });

  it('the record is bounded', async () => {
    writeFileSync(record, `${'x'.repeat(256 * 1024 - 10)}\n`);
    const watch = await watching();
    rmdirSync(one);
    await until('it is rotated', () => existsSync(`${record}.1`) && existsSync(record), watch.log);
    expect(statSync(record).size).toBeLessThan(1000);
    expect(await stop(watch)).toBe(0);
    // The broken line is passed over.
    const seen = reportOf(cgprep('audit', '--kubelet-config', config, '--record', record, '-o', 'json')).changes;
    expect(seen?.map(({ subject }) => subject)).toEqual([one]);
  });

  const listener = ['perl', join(import.meta.dirname, '..', 'support', 'listener.pl')];
  const noNotify = lacking('systemd-notify');
  describe.each([
    ['handed', 'an open socket', []],
    ['named', `systemd-notify${because(noNotify)}`, noNotify],
  ] as const)('tells systemd over %s (%s)', (how, _, lacks) => {
    it.skipIf(lacks.length > 0)('ready, status, alive, reloading, stopping', async () => {
      const env = { NOTIFY_SOCKET: join(directory, 'notify'), WATCHDOG_USEC: '400000' };
      const watch = await watching('', [...listener, how], env);
      const heard = (): string[] =>
        watch
          .out()
          .split('\n')
          .filter((line) => line !== '');
      await until('READY', () => heard().length > 1, watch.log);
      expect(heard()[1]).toMatch(/^READY=1 STATUS=Ready for the kubelet/);
      const began = performance.now();
      const alive = (): number => heard().filter((line) => line.includes('WATCHDOG=1')).length;
      await until('five signs of life', () => alive() >= 5, watch.log);
      // One each 200 ms, however many passes there are.
      expect(performance.now() - began).toBeGreaterThan(700);
      const pid = Number(heard()[0]?.slice('PID='.length));
      process.kill(pid, 'SIGHUP');
      await until('reloaded', () => heard().some((line, at) => at > 1 && line.startsWith('READY=1')), watch.out);
      const reloading = heard().find((line) => line.startsWith('RELOADING=1')) ?? '';
      expect(reloading).toMatch(/^RELOADING=1 MONOTONIC_USEC=\d+$/);
      const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e6;
      expect(Number(reloading.split('=').at(-1))).toBeLessThanOrEqual(uptime + 1e5);
      process.kill(pid, 'SIGTERM');
      await until('stopping', () => heard().includes('STOPPING=1'), watch.out);
    });
  });
});
