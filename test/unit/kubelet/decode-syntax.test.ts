import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKubeletConfig } from '../../../src/kubelet/decode.ts';
import { decode, HEAD, refusal } from './configs.ts';

const DIFFERS = 'which the kubelet refuses or reads differently';

describe('a file that the kubelet refuses, or might read differently', () => {
  it.each([
    ['cgroupDriver: systemd\n\tcgroupRoot: /', 4, 'a tab in the indentation'],
    ['cgroupDriver:\n-\tx', 4, 'a tab in the indentation'],
    ['a: "b', 4, 'not valid YAML: Missing closing "quote'],
    ['a: b: c', 3, 'not valid YAML: Nested mappings are not allowed in compact mappings'],
    ['a: @x', 3, 'not valid YAML: Plain value cannot start with reserved character @'],
    ['a: %x', 3, 'not valid YAML: Plain value cannot start with directive indicator character %'],
    ['a: *nope', 3, 'the alias *nope without an anchor before it'],
    ['a: &a [*a]', 3, 'the anchor &a, whose value contains itself'],
    ['a: &a {b: *a}', 3, 'the anchor &a, whose value contains itself'],
    ['a: &a.b c', 3, 'the anchor &a.b, which the kubelet cannot read'],
    ['a: !!binary aGk=', 3, "a value with the tag !!binary; the kubelet's configuration has none"],
    ['a: !!int x', 3, '"x" cannot be read as !!int'],
    ['a: [!]', 3, 'a tag without a value'],
    ['a: .nan', 3, '.nan, which JSON cannot hold'],
    ['a: -.inf', 3, '-.inf, which JSON cannot hold'],
    ['? [a]\n: b', 3, 'a key that is a list; the kubelet takes only scalars for keys'],
    ['? {a: b}\n: c', 3, 'a key that is a map; the kubelet takes only scalars for keys'],
    ['~: b', 3, 'a key that is empty; the kubelet takes only scalars for keys'],
    ['<<: 3', 3, 'a merge (<<) of what is no mapping'],
    ['<<: [{a: b}, 3]', 3, 'a merge (<<) of what is no mapping'],
    ['x: &a 5\n<<: *a', 4, 'a merge (<<) of what is no mapping'],
    ['a: "b\\/c"', 3, 'the escape \\/, which the kubelet does not know in YAML'],
    ['a: |2\n   b', 3, 'a block of text with lines of blanks or an indentation number'],
    ['a: |\n  b\n   \nc: d', 3, 'a block of text with lines of blanks or an indentation number'],
    ['a: {b:, c: d}', 3, 'an empty value in braces or brackets'],
    ['a: {b?c: d}', 3, 'a "?" or ":" in braces or brackets, to be put in quotes'],
    ['a: [:b]', 3, 'a "?" or ":" in braces or brackets, to be put in quotes'],
    ['a: \0', 3, `the character U+0000, ${DIFFERS}`],
    ['a: \u0007', 3, `the character U+0007, ${DIFFERS}`],
    ['b: c\na: \u0085', 4, `the character U+0085, ${DIFFERS}`],
    ['a: b\rc: d', 3, `the character U+000D, ${DIFFERS}`],
    ['a: \u2028', 3, `the character U+2028, ${DIFFERS}`],
    ['a: \ufeffb', 3, `the character U+FEFF, ${DIFFERS}`],
    ['a: \ud800', 3, `the character U+D800, ${DIFFERS}`],
    [`a: ${'['.repeat(70)}${']'.repeat(70)}`, 3, 'nested more than 64 deep'],
    [`a: ${'['.repeat(20_000)}`, 3, 'nested far too deep'],
  ])('%j', (body, line, what) => {
    expect(refusal(() => decode(`${body}\n`))).toMatchObject({
      code: 'CGP_KUBELET_CONFIG',
      message: `/c.yaml:${line}: ${what}`,
    });
  });

  it.each([
    ['', 1, 'the file is empty; the kubelet refuses that'],
    ['# nothing\n\n', 1, 'the file holds no configuration, only blanks or comments; the kubelet refuses that'],
    ['---\n', 1, 'the file holds no configuration, only blanks or comments; the kubelet refuses that'],
    ['\n- a\n', 2, 'the file holds a list; the kubelet accepts a mapping'],
    ['just\ntext\n', 1, 'the file holds the single value "just text"; the kubelet accepts a mapping'],
    [`%YAML 1.2\n---\n${HEAD}`, 1, '%YAML 1.2; the kubelet reads YAML 1.1 and refuses any other'],
    [`${HEAD}kubeReserved:\n  memory: "1G`, 4, 'not valid YAML: Missing closing "quote'],
  ])('as a whole: %j', (text, line, what) => {
    expect(refusal(() => decodeKubeletConfig(text, 'f')).message).toBe(`f:${line}: ${what}`);
  });

  it('an alias bomb, at once', () => {
    const nine = (name: string): string => `[${Array.from({ length: 9 }, () => name).join(',')}]`;
    const bomb = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(
      (name, index, all) => `${name}: &${name} ${nine(index === 0 ? 'x' : `*${all[index - 1]}`)}\n`,
    );
    expect(refusal(() => decode(bomb.join(''))).message).toBe('/c.yaml:3: more than 1000 values by way of aliases');
  });
});

const JSON_HEAD = '{"apiVersion": "kubelet.config.k8s.io/v1beta1",\n"kind": "KubeletConfiguration"';

describe('JSON', () => {
  const NOT = 'not valid JSON, as which the kubelet reads a file that begins with {';
  it.each([
    [`${JSON_HEAD},\n}`, 3, NOT],
    [`${JSON_HEAD},\n// c\n"x": 1}`, 3, NOT],
    [`${JSON_HEAD},\n"x": [1,\n2,\n]}`, 5, NOT],
    [`${JSON_HEAD},\n"x":\n\n'y'}`, 5, NOT],
    [`${JSON_HEAD},\nx: 1}`, 3, NOT],
    [`${JSON_HEAD},\n"x": 01}`, 3, NOT],
    [`${JSON_HEAD},\n"x": yes}`, 3, NOT],
    [`${JSON_HEAD}\n`, 3, NOT],
    [`${JSON_HEAD}}\n{}`, 3, NOT],
    [`{apiVersion: kubelet.config.k8s.io/v1beta1, kind: KubeletConfiguration}`, 1, NOT],
    [
      `${JSON_HEAD},\n"oomScoreAdj": 1e2}`,
      3,
      'oomScoreAdj is the number 1e2; the kubelet accepts a whole number from -2147483648 to 2147483647',
    ],
    [
      `${JSON_HEAD},\n"kubeReserved": {"cpu": "1"},\n"kubeReserved": {"pid": "1"}}`,
      4,
      'kubeReserved is set again, and in JSON the kubelet mixes the two',
    ],
    [
      `${JSON_HEAD},\n"cgroupRoot": "/",\n"cgroupRoot": null}`,
      4,
      'cgroupRoot is set again, and in JSON the kubelet mixes the two',
    ],
  ])('%j', (text, line, what) => {
    expect(refusal(() => decodeKubeletConfig(text, 'f'))).toMatchObject({
      code: 'CGP_KUBELET_CONFIG',
      message: `f:${line}: ${what}`,
    });
  });
});

describe('for any text', () => {
  const piece = fc.constantFrom(
    '\n',
    ' ',
    '  ',
    ': ',
    '- ',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ',',
    '&a',
    '*a',
    '!',
    '|',
    '>',
    '#',
    '?',
    '<<',
    '\t',
    'x',
    '1',
    'cgroupRoot',
    'kubeReserved',
    '---',
    '\r',
    '\0',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => pieces.join('')),
  );

  it('it answers or refuses in one line that names the file, and never crashes', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('', HEAD, JSON_HEAD), (body, head) => {
        try {
          decodeKubeletConfig(head + body, 'f');
        } catch (error) {
          expect(error).toMatchObject({
            name: 'CgprepError',
            code: 'CGP_KUBELET_CONFIG',
            message: expect.stringMatching(/^f:\d+: .+$/),
          });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
