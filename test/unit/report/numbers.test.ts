import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeResource } from '../../../src/model/node.ts';
import type { Report } from '../../../src/model/report.ts';
import { nodeSection } from '../../../src/report/numbers.ts';
import { paint } from '../../../src/report/paint.ts';

function resource(over: Partial<NodeResource>): NodeResource {
  const nothing = { systemReserved: 0, kubeReserved: 0, eviction: 0, hugePages: 0, allocatable: 0 };
  return { resource: 'cpu', unit: 'millicores', capacity: 2000, ...nothing, ...over };
}

function line(one: NodeResource, colour = false): string {
  return nodeSection({ node: { resources: [one] } } as unknown as Report, paint(colour)).split('\n')[1] ?? '';
}

describe('the bar of a resource', () => {
  it('adds up', () => {
    const one = resource({ systemReserved: 200, kubeReserved: 100, allocatable: 1700 });
    expect(line(one)).toBe(`  cpu  [sssskk${'='.repeat(34)}]  200m system + 100m kube + 1700m pods = 2000m`);
  });

  it('says so when more is reserved than there is', () => {
    const one = resource({ kubeReserved: 3000 });
    expect(line(one)).toBe(`  cpu  [${'k'.repeat(40)}]  3000m kube > 2000m: more is reserved than there is`);
  });

  it('without anything known there is none', () => {
    expect(nodeSection({ node: { resources: [] } } as unknown as Report, paint(false))).toBe('');
  });

  it('is 40 signs wide and its words add up, whatever the amounts, with colours and without', () => {
    const amount = fc.nat(2 ** 40);
    fc.assert(
      fc.property(amount, amount, amount, amount, amount, (systemReserved, kubeReserved, eviction, hugePages, rest) => {
        const allocatable = rest + 1;
        const capacity = systemReserved + kubeReserved + eviction + hugePages + allocatable;
        const parts = { systemReserved, kubeReserved, eviction, hugePages, allocatable, capacity };
        const one = resource({ unit: 'bytes', ...parts });
        expect(/\[([skeh=]+)\]/.exec(line(one))?.[1]).toHaveLength(40);
        // oxlint-disable-next-line no-control-regex -- an escape is what an ANSI colour begins with
        expect(line(one, true).replace(/\u001b\[\d+m/g, '')).toBe(line(one));
        const numbers = [...line(one).matchAll(/(\d+) MiB/g)].map(([, number]) => Number(number));
        const total = numbers.pop();
        expect(numbers.reduce((sum, number) => sum + number, 0)).toBe(total);
      }),
    );
  });
});
