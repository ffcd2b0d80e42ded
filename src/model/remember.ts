/**
 * The same pure function, which works its answer out only for other arguments than the last ones: `watch` asks the same
 * again and again. What it answers is one value then, so that what follows from it can be remembered too.
 */
export function rememberLast<A extends readonly unknown[], R>(answer: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly answer: R } | null = null;
  return (...args) => {
    if (last === null || !isSame(last.args, args)) last = { args, answer: answer(...args) };
    return last.answer;
  };
}

function isSame(before: readonly unknown[], now: readonly unknown[]): boolean {
  return before.length === now.length && before.every((one, at) => one === now[at]);
}
