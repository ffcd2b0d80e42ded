import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { because, lacking } from '../support/needs.ts';
import { inPrivateMounts, v1Hierarchies } from '../support/real-tree.ts';

const SOURCE = join(import.meta.dirname, '..', '..', 'src', 'host');

/** Code that has `files`, with what it prints as JSON; the mount point is a fresh filesystem that nobody else sees. */
function on(mount: string, code: string): unknown {
  const program = `
    import { createOwnFiles } from '${SOURCE}/own-files.ts';
    import { realSyscalls } from '${SOURCE}/syscalls.ts';
    import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
    const files = createOwnFiles(realSyscalls);
    const free = () => { truncateSync('/mnt/ballast', 0); };
    console.log(JSON.stringify((() => { ${code} })()));`;
  const quoted = program.replaceAll("'", String.raw`'\''`);
  const { status, stdout, stderr } = inPrivateMounts(
    `${mount}; '${process.execPath}' --input-type=module --eval '${quoted}'`,
  );
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const ONE_PAGE_LEFT = 'mount -t tmpfs -o size=64k none /mnt; head -c 57344 /dev/zero >/mnt/ballast';

const missing = lacking('root');

describe.skipIf(missing.length > 0)(`cgprep's own files on other filesystems${because(missing)}`, () => {
  it('a disk that is full takes no half line, and takes lines again when there is room', () => {
    const found = on(
      ONE_PAGE_LEFT,
      `const long = 'x'.repeat(3000);
       const first = [1, 2, 3, 4].map(() => files.append('/mnt/record', long, 1e6));
       const after = readFileSync('/mnt/record', 'utf8').split('\\n').map((line) => line.length);
       free();
       return [first, after, files.append('/mnt/record', 'end', 1e6), readFileSync('/mnt/record', 'utf8').split('\\n').at(-2)];`,
    );
    const written = { written: true };
    expect(found).toEqual([
      [written, written, { errno: 'ENOSPC' }, { errno: 'ENOSPC' }],
      [3000, 3000, 0],
      written,
      'end',
    ]);
  });

  it('a disk that is full keeps the old textfile, and no temporary one', () => {
    const found = on(
      ONE_PAGE_LEFT,
      `files.replace('/mnt/cgprep.prom', 'old\\n');
       const full = files.replace('/mnt/cgprep.prom', 'x'.repeat(9000));
       return [full, readFileSync('/mnt/cgprep.prom', 'utf8'), readdirSync('/mnt').sort()];`,
    );
    expect(found).toEqual([{ errno: 'ENOSPC' }, 'old\n', ['ballast', 'cgprep.prom']]);
  });

  it('a read-only filesystem is an answer', () => {
    expect(
      on(
        'mount -t tmpfs -o ro none /mnt',
        `return [files.append('/mnt/record', 'x', 100), files.replace('/mnt/a.prom', 'x'), files.append('/mnt/d/record', 'x', 100)];`,
      ),
    ).toEqual([{ errno: 'EROFS' }, { errno: 'EROFS' }, { errno: 'EROFS' }]);
  });
});

const tree = lacking('root', 'cgroup-v1');

describe.skipIf(tree.length > 0)(`cgprep's own files in a cgroup filesystem${because(tree)}`, () => {
  it('are refused, and no directory is made', () => {
    const mountpoint = v1Hierarchies().get('pids') ?? '';
    expect(
      on(
        ':',
        `return [files.append('${mountpoint}/cgprep-test/record', 'x', 100), files.replace('${mountpoint}/cgprep-test.prom', 'x'),
                 readdirSync('${mountpoint}').filter((name) => name.startsWith('cgprep-test'))];`,
      ),
    ).toEqual([{ errno: 'CGROUPFS' }, { errno: 'CGROUPFS' }, []]);
  });
});
