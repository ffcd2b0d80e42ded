import { describe, expect, it } from 'vitest';
import type { Systemd } from '../../../src/model/ports.ts';
import { observeUnits, parseShow } from '../../../src/probe/units.ts';

const SHOWN = `Id=kube.slice
LoadState=loaded
LoadError=
ActiveState=active
CPUAccounting=yes
CPUWeight=[not set]
AllowedCPUs=

Id=bad.slice
LoadState=masked
LoadError=org.freedesktop.systemd1.UnitMasked "Unit bad.slice is masked."
ActiveState=inactive
`;

describe('parseShow', () => {
  it('reads a block for each unit', () => {
    expect(parseShow(SHOWN)).toEqual({
      'kube.slice': {
        loadState: 'loaded',
        activeState: 'active',
        loadError: null,
        properties: { CPUAccounting: 'yes', CPUWeight: '[not set]', AllowedCPUs: '' },
      },
      'bad.slice': {
        loadState: 'masked',
        activeState: 'inactive',
        loadError: 'Unit bad.slice is masked.',
        properties: {},
      },
    });
  });

  it('keeps what stands behind a second equals sign', () => {
    expect(parseShow('Id=a.slice\nX=b=c')['a.slice']?.properties).toEqual({ X: 'b=c' });
  });

  it('makes no unit of a text without one', () => {
    expect(parseShow('LoadState=loaded\n\n\n')).toEqual({});
  });
});

describe('observeUnits', () => {
  const systemd = (show: Systemd['show']): Systemd => ({ show, start: never, setProperties: never });
  const never = (): never => {
    throw new Error('systemd is only asked');
  };

  it('asks once for all units', () => {
    const asked: (readonly string[])[] = [];
    const units = observeUnits(
      systemd((names) => {
        asked.push(names);
        return { text: SHOWN };
      }),
      ['kube.slice', 'bad.slice'],
    );
    expect([asked, Object.keys(units ?? {})]).toEqual([[['kube.slice', 'bad.slice']], ['kube.slice', 'bad.slice']]);
  });

  it('asks nothing about no unit', () => {
    expect(observeUnits(systemd(never), [])).toEqual({});
  });

  it('knows nothing when systemd does not answer', () => {
    expect(
      observeUnits(
        systemd(() => ({ refusal: 'no bus', unreachable: true })),
        ['kube.slice'],
      ),
    ).toBeNull();
  });
});
