import type { RuntimeConfigAnswer } from '../model/runtime.ts';

/** What a field of a message holds: a number (wire type 0), or bytes (wire type 2). Others are passed over. */
type Field = number | Buffer;

/**
 * `RuntimeConfigResponse { LinuxRuntimeConfiguration linux = 1 { CgroupDriver cgroup_driver = 1 } }`; proto3 leaves a
 * zero out, so that an empty section says SYSTEMD (cri-api, pkg/apis/runtime/v1/api.proto, kubelet 1.28 to 1.36).
 * @throws RangeError for bytes that are no message
 */
export function decodeRuntimeConfig(message: Buffer): RuntimeConfigAnswer {
  const linux = fieldsOf(message).get(1);
  if (!Buffer.isBuffer(linux)) return { kind: 'no-driver' };
  const driver = fieldsOf(linux).get(1) ?? 0;
  if (typeof driver !== 'number') throw new RangeError('cgroup_driver is no number');
  return { kind: 'driver', number: driver };
}

/**
 * `VersionResponse { string runtime_name = 2; string runtime_version = 3 }`, same source.
 * @throws RangeError for bytes that are no message
 */
export function decodeVersion(message: Buffer): { readonly name: string | null; readonly version: string | null } {
  const fields = fieldsOf(message);
  const text = (number: number): string | null => {
    const field = fields.get(number);
    return Buffer.isBuffer(field) && field.length > 0 ? field.toString('utf8') : null;
  };
  return { name: text(2), version: text(3) };
}

/** The last value of each field (protobuf.dev, "Encoding"). */
function fieldsOf(message: Buffer): Map<number, Field> {
  const fields = new Map<number, Field>();
  let at = 0;
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > message.length) throw new RangeError('the message ends too early');
    const bytes = message.subarray(at, at + length);
    at += length;
    return bytes;
  };
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = BigInt(take(1).readUInt8());
      value |= (byte & 0x7fn) << shift;
      // An enum is an int32; a negative one is written as 64 bits.
      if (byte < 0x80n) return Number(BigInt.asIntN(64, value));
    }
    throw new RangeError('a number has no end');
  };
  while (at < message.length) {
    const tag = varint();
    const [number, wireType] = [tag >>> 3, tag & 7];
    if (wireType === 0) fields.set(number, varint());
    else if (wireType === 2) fields.set(number, take(varint()));
    else if (wireType === 1 || wireType === 5) take(wireType === 1 ? 8 : 4);
    else throw new RangeError(`wire type ${wireType}`);
  }
  return fields;
}
