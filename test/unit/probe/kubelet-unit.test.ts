import { describe, expect, it } from 'vitest';
import type { FoundCommand } from '../../../src/model/command-line.ts';
import { unclearUnit, unitCommand } from '../../../src/probe/kubelet-unit.ts';
import { OWN_ENVIRONMENT } from '../../../src/probe/unit-start.ts';
import { readerOf } from '../builders.ts';

const ETC = '/etc/systemd/system';
const LIB = '/lib/systemd/system';

function found(
  files: Record<string, string>,
  links: Record<string, string> = {},
  own: Record<string, string> | null = {},
): FoundCommand | null {
  return unitCommand(readerOf({ files, links }), own);
}

function wordsOf(exec: string, environment = '', own: Record<string, string> | null = {}): string[] | undefined {
  const text = `[Service]\n${environment}\nExecStart=${exec}\n`;
  return found({ [`${ETC}/kubelet.service`]: text }, {}, own)?.words.map((word) => word.text);
}

describe('the words of ExecStart=', () => {
  const environment = `Environment="ONE=one" 'TWO=two two' EMPTY= "QUOTED='a b' c"`;
  it.each([
    ['/usr/bin/kubelet --a=b', ['--a=b']],
    ['-/usr/bin/kubelet --a', ['--a']],
    ['@/usr/bin/kubelet kubelet --a', ['--a']],
    ['!!/usr/bin/kubelet --a', ['--a']],
    [':/usr/bin/kubelet $ONE ${ONE}', ['$ONE', '${ONE}']],
    ['kubelet $ONE $TWO ${TWO}', ['one', 'two', 'two', 'two two']],
    ['kubelet "$TWO"', ['two', 'two']],
    ['kubelet $QUOTED', ['a b', 'c']],
    ['kubelet --a=$ONE --b=${ONE}x --c=$$ONE', ['--a=$ONE', '--b=onex', '--c=$ONE']],
    ['kubelet $EMPTY ${EMPTY} $NONE ${NONE}', ['', '']],
    ['kubelet --a="b c" --d=%%n', ['--a=b c', '--d=%n']],
    ['kubelet --a ; /bin/true', ['--a']],
    ['/usr/bin/nice -n -5 /opt/bin/kubelet --a', ['--a']],
    ['/hyperkube kubelet --a', ['--a']],
    ["/bin/sh -c 'exec kubelet --a'", ['--a']],
    [
      '/bin/bash -ec "exec /usr/bin/kubelet --a=$$TWO --b=$${ONE}x $$NONE\\"$$TWO\\""',
      ['--a=two', 'two', '--b=onex', 'two two'],
    ],
    ["/bin/sh -c 'kubelet --a=\\'b c\\'d ${ONE}'", ['--a=b cd', 'one']],
    ["/bin/sh -c 'exec kubelet --a; reboot'", undefined],
    ["/bin/sh -c 'sleep 1 && exec kubelet --a'", undefined],
    ["/bin/sh -c 'exec kubelet --hostname-override=$$(hostname)'", undefined],
    ["/bin/sh -c 'exec kubelet --a=`hostname`'", undefined],
    ['/bin/sh -c \'exec kubelet --a="$$(hostname)"\'', undefined],
    ["/bin/sh -c 'exec kubelet $${A:-b}'", undefined],
    ['/bin/sh -c', undefined],
    ['/usr/local/bin/start-kubelet.sh --a', undefined],
    ['', undefined],
    ['kubelet "--a', undefined],
  ])('%s', (exec, words) => {
    expect(wordsOf(exec, environment)).toEqual(words);
  });

  it('our own environment answers last, and only on our own root', () => {
    expect(wordsOf('kubelet $A $B', 'Environment=A=unit', { A: 'own', B: 'own' })).toEqual(['unit', 'own']);
    expect(wordsOf('kubelet $A $B', 'Environment=A=unit', null)).toEqual(['unit']);
  });

  it('environment files win over Environment=, the later file over the earlier; empty assignments take back', () => {
    const files = { '/a': 'A=a\nB=a\nC=a', '/b': 'B=b', '/c': 'C=c' };
    const unit = `[Service]
EnvironmentFile=/c
EnvironmentFile=
EnvironmentFile=/a
Environment=D=gone
Environment=
Environment=A=unit E=e
EnvironmentFile=-/none
EnvironmentFile=-/b
ExecStart=/bin/other
ExecStart=
ExecStart=kubelet \${A}\${B}\${C}\${D}\${E} $B
`;
    expect(found({ ...files, [`${ETC}/kubelet.service`]: unit }, {}, null)).toEqual({
      words: [
        { text: 'abae', source: '/a' },
        { text: 'b', source: '/b' },
      ],
      program: null,
      directory: '/',
      sources: [`${ETC}/kubelet.service`, '/a', '/b'],
      variables: ['A', 'E', 'B', 'C'],
    });
  });

  it('a missing environment file keeps systemd from starting the kubelet', () => {
    const unit = '[Service]\nEnvironmentFile=/none\nExecStart=kubelet\n';
    expect(() => found({ [`${ETC}/kubelet.service`]: unit })).toThrow(/^\/none: .* cannot be read \(ENOENT\)/);
  });

  it('names itself where the environment had a part', () => {
    const unit = '[Service]\nWorkingDirectory=-/var/lib\nExecStart=/usr/bin/kubelet $A\n';
    expect(found({ [`${LIB}/kubelet.service`]: unit }, {}, { A: 'a' })).toMatchObject({
      program: '/usr/bin/kubelet',
      directory: '/var/lib',
      sources: [`${LIB}/kubelet.service`, OWN_ENVIRONMENT],
    });
  });
});

describe('the files of the unit', () => {
  const start = (text: string): string => `[Service]\nExecStart=\nExecStart=kubelet ${text}\n`;

  it('the strongest directory has the unit; drop-ins go by name, and of one name the strongest directory', () => {
    const files = {
      [`${LIB}/kubelet.service`]: start('lib'),
      [`${ETC}/kubelet.service`]: start('etc'),
      [`${ETC}/kubelet.service.d/10-a.conf`]: start('etc-10'),
      ['/run/systemd/system/kubelet.service.d/10-a.conf']: start('run-10'),
      [`${LIB}/kubelet.service.d/20-b.conf`]: start('lib-20'),
      [`${LIB}/kubelet.service.d/30-c.conf`]: start('masked'),
      [`${LIB}/kubelet.service.d/40.txt`]: start('no drop-in'),
    };
    expect(found(files, { [`${ETC}/kubelet.service.d/30-c.conf`]: '/dev/null' })).toMatchObject({
      words: [{ text: 'lib-20', source: `${LIB}/kubelet.service.d/20-b.conf` }],
      sources: [`${ETC}/kubelet.service`, `${ETC}/kubelet.service.d/10-a.conf`, `${LIB}/kubelet.service.d/20-b.conf`],
    });
  });

  it('no unit, only drop-ins: nothing', () => {
    expect(found({ [`${LIB}/kubelet.service.d/20-b.conf`]: start('x') })).toBeNull();
  });

  it('an empty file and a link to /dev/null mask it', () => {
    expect(found({ [`${ETC}/kubelet.service`]: '', [`${LIB}/kubelet.service`]: start('x') })).toBeNull();
    const files = { [`${LIB}/kubelet.service`]: start('x'), '/dev/null': '' };
    expect(found(files, { [`${ETC}/kubelet.service`]: '/dev/null' })).toBeNull();
  });
});

describe('a unit that starts the kubelet through something else', () => {
  it('is named, so that it is not taken for one that is not there', () => {
    const path = `${ETC}/kubelet.service`;
    const unclear = (exec: string): string | null =>
      unclearUnit(readerOf({ files: { [path]: `[Service]\nExecStart=${exec}\n` } }));
    expect(unclear('/opt/start.sh')).toBe(
      `${path} (it starts /opt/start.sh, whose way to the kubelet cgprep does not follow)`,
    );
    expect(unclear('/bin/sh -c "a; kubelet"')).toContain('it starts /bin/sh');
    expect(unclear('/usr/bin/kubelet')).toBeNull();
    expect(unclearUnit(readerOf({}))).toBeNull();
  });
});
