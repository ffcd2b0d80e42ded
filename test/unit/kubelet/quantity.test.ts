import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../../src/kubelet/quantity.ts';

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX = "unable to parse quantity's suffix";
const NUMERIC = 'unable to parse numeric part of quantity';

// Computed by the kubelet's own parser (apimachinery, pkg/api/resource).
describe('parseQuantity', () => {
  it.each([
    ['0', 0n, 0n, 0],
    ['1.5', 2n, 1500n, 1],
    ['500m', 1n, 500n, 1],
    ['0.1m', 1n, 1n, 1],
    ['100u', 1n, 1n, 1],
    ['1n', 1n, 1n, 1],
    ['1k', 1000n, 1_000_000n, 1],
    ['1Ki', 1024n, 1_024_000n, 1],
    ['256Mi', 268_435_456n, 268_435_456_000n, 1],
    ['1M', 1_000_000n, 1_000_000_000n, 1],
    ['1G', 10n ** 9n, 10n ** 12n, 1],
    ['1T', 10n ** 12n, 10n ** 15n, 1],
    ['1P', 10n ** 15n, 10n ** 18n, 1],
    ['1Ti', 2n ** 40n, 2n ** 40n * 1000n, 1],
    ['1Pi', 2n ** 50n, 2n ** 50n * 1000n, 1],
    ['1.5Gi', 1_610_612_736n, 1_610_612_736_000n, 1],
    ['0.5Ki', 512n, 512_000n, 1],
    ['1.1Ki', 1127n, 1_126_400n, 1],
    ['1e3', 1000n, 1_000_000n, 1],
    ['1E3', 1000n, 1_000_000n, 1],
    ['1e+3', 1000n, 1_000_000n, 1],
    ['1e-3', 1n, 1n, 1],
    ['.', 0n, 0n, 0],
    ['+', 0n, 0n, 0],
    ['-', 0n, 0n, 0],
    ['.5', 1n, 500n, 1],
    ['5.', 5n, 5000n, 1],
    ['007', 7n, 7000n, 1],
    ['+1', 1n, 1000n, 1],
    ['000', 0n, 0n, 0],
    ['0.0000000001', 1n, 1n, 1],
    ['1e-400', 1n, 1n, 1],
    ['0e-400', 0n, 0n, 0],
    // Sign and rounding of what the kubelet refuses to reserve.
    ['-1', -1n, -1000n, -1],
    ['-1.5', -2n, -1500n, -1],
    ['-500m', -1n, -500n, -1],
    ['-1.5Ki', -1536n, -1_536_000n, -1],
    ['-1.1Ki', -1125n, -1_126_400n, -1], // the kubelet adds one after cutting, for negative numbers too
    // Where int64 ends.
    ['1E', 10n ** 18n, 0n, 1],
    ['1Ei', 2n ** 60n, BigInt.asIntN(64, 2n ** 60n * 1000n), 1],
    ['8Ei', 2n ** 63n - 1n, -1000n, 1],
    ['16Ei', 2n ** 63n - 1n, -1000n, 1],
    ['9223372036854775807', 2n ** 63n - 1n, BigInt.asIntN(64, (2n ** 63n - 1n) * 1000n), 1],
    ['9223372036854775808', -(2n ** 63n), 0n, 1],
    ['1e19', 0n, 0n, 1],
    ['1e99', 0n, 0n, 1],
    ['12345678901234567890e999999999', 0n, 0n, 1],
    ['84714.344093400T', 84_714_344_093_400_000n, -7_519_376_275_147_758_080n, 1],
  ] as const)('%s', (text, value, milli, sign) => {
    expect(parseQuantity(text)).toMatchObject({ value, milli, sign });
  });

  it.each(['', '1MB', '1g', '100%', '0x10', '1_000', '1,5', ' 1', '1 ', '1e3m', '1E2Ki', '1.2.3', '1GB', 'abc', '5%'])(
    '%j does not have the form',
    (text) => {
      expect(parseQuantity(text)).toStrictEqual({ error: FORMAT });
    },
  );

  it.each(['1K', '1e', '1i', '1mi', '1Kii', '--1', '1e9223372036854775808', '1Mk', '1-3'])(
    '%j has no such suffix',
    (text) => {
      expect(parseQuantity(text)).toStrictEqual({ error: SUFFIX });
    },
  );

  it.each(['Pi', 'e-22', '+Ei'])('%j has no number', (text) => {
    expect(parseQuantity(text)).toStrictEqual({ error: NUMERIC });
  });
});

describe('for any text', () => {
  it('answers and never throws, within int64', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[+-]?[0-9]{0,25}\.?[0-9]{0,12}[eEinumkKMGTP]{0,2}[-+]?[0-9]{0,9}$/)),
        (text) => {
          const quantity = parseQuantity(text);
          if ('error' in quantity) return;
          expect(BigInt.asIntN(64, quantity.value)).toBe(quantity.value);
          expect(BigInt.asIntN(64, quantity.milli)).toBe(quantity.milli);
        },
      ),
    );
  });

  it('whole numbers and their suffixes are exact', () => {
    const units = { k: 1000n, M: 10n ** 6n, Ki: 1024n, Mi: 2n ** 20n, Gi: 2n ** 30n };
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 6n), fc.constantFrom(...Object.entries(units)), (number, [suffix, factor]) => {
        expect(parseQuantity(`${number}${suffix}`)).toMatchObject({
          value: number * factor,
          milli: number * factor * 1000n,
        });
      }),
    );
  });

  it('millicores round up to whole cores', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (milli) => {
        expect(parseQuantity(`${milli}m`)).toMatchObject({
          value: BigInt(Math.ceil(milli / 1000)),
          milli: BigInt(milli),
        });
      }),
    );
  });
});
