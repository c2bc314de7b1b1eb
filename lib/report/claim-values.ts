/** What fills the texts of a claim; `each` are the items of its list. Numbers keep what was measured, milliseconds. */
export interface ClaimValues {
  readonly [name: string]: string | number | readonly ClaimItem[];
}

export type ClaimItem = Readonly<Record<string, string | number>>;
