import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { hostFiles } from '../support/captured-host.ts';
import { memoryHost } from '../support/memory-environment.ts';

const head = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailCgroupV1: false\n';
const reserved = 'kubeReserved: {cpu: 100m, memory: 256Mi}\nsystemReserved: {cpu: 200m, memory: 512Mi}\n';

/** What the kubelet may be told; each is tried on each captured host. */
const CONFIGS: Readonly<Record<string, string | undefined>> = {
  none: undefined,
  'top-level': `${head}${reserved}cgroupDriver: cgroupfs
enforceNodeAllocatable: [pods, kube-reserved, system-reserved]
kubeReservedCgroup: /kubereserved
systemReservedCgroup: /system.slice
`,
  nested: `${head}${reserved}cgroupDriver: cgroupfs
enforceNodeAllocatable: [pods, kube-reserved]
kubeReservedCgroup: /daemons/kube
`,
};

describe.each(hostFiles())('$name', ({ name, host }) => {
  describe.each(Object.entries(CONFIGS))('kubelet configuration: %s', (config, text) => {
    it('facts, plan and report are the recorded ones', async () => {
      const machine = memoryHost(host, text);
      const json = await machine.run('audit', '-o', 'json');
      await expect(json.stdout).toMatchFileSnapshot(`golden/${name}.${config}.json`);
      const people = await machine.run('audit');
      await expect(`${people.stdout}exit status ${people.status}\n`).toMatchFileSnapshot(
        `golden/${name}.${config}.txt`,
      );
      expect([json.status, json.stderr, people.stderr]).toEqual([people.status, '', '']);
      expect(machine.journal, 'an audit changes nothing').toEqual([]);
    });

    it('a dry run prints exactly what oneshot then does, and a second run does nothing', async () => {
      const dry = JSON.parse((await memoryHost(host, text).run('oneshot', '--dry-run', '-o', 'json')).stdout) as Report;
      const machine = memoryHost(host, text);
      const first = JSON.parse((await machine.run('oneshot', '-o', 'json')).stdout) as Report;
      expect(first.plan.map(({ id }) => id)).toEqual(dry.plan.map(({ id }) => id));
      expect(first.plan.every(({ outcome }) => outcome === 'done')).toBe(true);
      expect(machine.journal).toHaveLength(first.plan.length);
      const again = JSON.parse((await machine.run('oneshot', '-o', 'json')).stdout) as Report;
      expect(again.plan).toEqual([]);
      expect(machine.journal).toHaveLength(first.plan.length);
      expect(again.verdict).toEqual(first.verdict);
    });

    it('says why whenever the kubelet would refuse', async () => {
      const { stdout } = await memoryHost(host, text).run('audit', '-o', 'json');
      const { verdict, findings } = JSON.parse(stdout) as Report;
      if (!verdict.kubeletStarts) {
        expect(verdict.message).toBeTruthy();
        expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
      } else {
        expect(verdict.message).toBeNull();
      }
    });
  });
});
