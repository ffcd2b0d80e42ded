import { describe, expect, it } from 'vitest';
import { helpText } from '../../../src/cli/help.ts';
import { keyOf, OPTIONS } from '../../../src/cli/options.ts';
import { settingsSchema } from '../../../src/config/schema.ts';

describe('the options', () => {
  it('each but --config has its key in the settings file, and no key but those of the back-off is without an option', () => {
    const keys = OPTIONS.filter(({ name }) => name !== 'config').map(({ name }) => keyOf(name));
    expect(Object.keys(settingsSchema.entries).toSorted()).toEqual(
      [...keys, 'backOffAfter', 'backOffWithin'].toSorted(),
    );
  });

  it('are those of cli.md, for the commands that it says', () => {
    const all = OPTIONS.filter(({ commands }) => commands.includes('audit') && commands.includes('oneshot'));
    expect(all.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'root',
        'kubelet-config',
        'kubelet-config-dir',
        'kubelet-args',
        'kubelet-version',
        'kube-reserved-cgroup',
        'system-reserved-cgroup',
        'cgroup-driver',
        'output',
        'ignore',
        'config',
        'log-level',
        'log-format',
        'color',
      ]),
    );
    const only = (name: string): unknown => OPTIONS.find((option) => option.name === name)?.commands;
    expect([only('dry-run'), only('fail-on')]).toEqual([['oneshot'], ['audit']]);
  });

  it.each([
    ['root', 'root'],
    ['kube-reserved-cgroup', 'kubeReservedCgroup'],
    ['log-level', 'logLevel'],
  ])('--%s is %s in the file', (name, key) => {
    expect(keyOf(name)).toBe(key);
  });
});

describe('the help', () => {
  it.each(['audit', 'oneshot'] as const)('of %s has its options, their choices, and no other', (command) => {
    const text = helpText(command);
    for (const { name, commands, choices = [] } of OPTIONS) {
      expect([name, new RegExp(`^ +(?:-\\w, )?--${name} `, 'm').test(text)]).toEqual([
        name,
        commands.includes(command),
      ]);
      if (commands.includes(command) && choices.length > 0) expect(text).toContain(choices.join(', '));
    }
    expect(text).toContain('75 temporary');
  });

  it('names every command', () => {
    expect(helpText(null)).toMatch(/^ {2}audit .*\n {2}oneshot /m);
  });
});
