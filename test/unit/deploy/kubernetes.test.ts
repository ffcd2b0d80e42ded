import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseArguments } from '../../../src/cli/arguments.ts';

const FILES = globSync('deploy/kubernetes/**/*.yaml');

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly securityContext: Record<string, unknown>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface DaemonSet {
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly initContainers: readonly Container[];
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string }[];
        readonly hostPID?: boolean;
      };
    };
  };
}

function documentOf(file: string): unknown {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  expect(documents.map(({ errors }) => errors)).toEqual([[]]);
  return documents[0]?.toJS() as unknown;
}

const podOf = (folder: string): DaemonSet['spec']['template']['spec'] =>
  (documentOf(`deploy/kubernetes/${folder}/daemonset.yaml`) as DaemonSet).spec.template.spec;

describe('the manifests for Kubernetes', () => {
  it.each(FILES)('%s is one document, listed by its kustomization', (file) => {
    documentOf(file);
    const { resources } = documentOf(join(dirname(file), 'kustomization.yaml')) as { resources: string[] };
    expect(['kustomization.yaml', ...resources]).toContain(basename(file));
  });

  it.each(['audit', 'installer'])('%s selects its own pods, and mounts volumes that are there', (folder) => {
    const { selector, template } = (documentOf(`deploy/kubernetes/${folder}/daemonset.yaml`) as DaemonSet).spec;
    expect(template.metadata.labels).toEqual(selector.matchLabels);
    const { initContainers, containers, volumes } = template.spec;
    const mounted = [...initContainers, ...containers].flatMap(({ volumeMounts = [] }) => volumeMounts);
    expect(new Set(mounted.map(({ name }) => name))).toEqual(new Set(volumes.map(({ name }) => name)));
    for (const { securityContext } of [...initContainers, ...containers]) {
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('the audit is one that the program knows, and may write nowhere', () => {
    const [audit] = podOf('audit').initContainers;
    expect(parseArguments(audit?.args ?? [])).toEqual({
      kind: 'run',
      command: 'audit',
      given: { root: '/host', output: 'json' },
    });
    expect(audit?.volumeMounts).toEqual([expect.objectContaining({ mountPath: '/host', readOnly: true })]);
    expect(podOf('audit')).toMatchObject({ securityContext: { runAsNonRoot: true } });
  });

  it('the installer runs only what is in the image, and its drop-in what it has copied', () => {
    const commands = podOf('installer').initContainers.map(({ command = [] }) => command);
    const image = readFileSync('Dockerfile', 'utf8');
    for (const [program = ''] of commands) expect(image).toMatch(new RegExp(`/bin/${basename(program)}\\b`));
    const { data } = documentOf('deploy/kubernetes/installer/configmap.yaml') as { data: Record<string, string> };
    const [, path, rest = ''] = /^ExecStartPre=-(\S+) (.+)$/m.exec(data['10-cgprep.conf'] ?? '') ?? [];
    expect(path).toBe(commands[1]?.at(-1));
    expect(parseArguments(rest.split(' '))).toMatchObject({ kind: 'run', command: 'oneshot' });
  });
});
