export interface Adapter {
  readonly a: 1;
}
