/** One file of a lab, before it is anywhere. */
export interface RenderedFile {
  /** Below the output folder, with `/` on every platform. */
  readonly path: string;
  /** Permission bits: 0o644, or 0o755 for what can be run. Windows has none. */
  readonly mode: 0o644 | 0o755;
  readonly content: string | Uint8Array;
}
