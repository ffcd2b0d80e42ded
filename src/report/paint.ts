type Ink = (text: string) => string;

export interface Paint {
  readonly ok: Ink;
  readonly bad: Ink;
  readonly warn: Ink;
  readonly dim: Ink;
}

/** Colours for a terminal (ECMA-48 SGR), or none: every coloured word says the same without its colour. */
export function paint(colour: boolean): Paint {
  const ink =
    (code: number): Ink =>
    (text) =>
      colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  return { ok: ink(32), bad: ink(31), warn: ink(33), dim: ink(2) };
}
