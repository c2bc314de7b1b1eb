/** The handout as data, from which Markdown and HTML are made. */

/**
 * Text with three marks: `code`, **strong**, [a link](https://…). Every other character stands for itself.
 * What did not come from the texts is a {@link Code}.
 */
export type Inline = string;

/** Characters as they are, whatever they are; each line is one of code. */
export interface Code {
  readonly code: string;
}

export type Cell = Inline | Code;

/** A command for each reader; undefined: nothing to do. */
export interface Command {
  readonly redisLab: string | undefined;
  readonly plain: string | undefined;
}

export type Part =
  | { readonly kind: 'chapter'; readonly id: string; readonly text: Inline }
  | {
      readonly kind: 'heading';
      readonly id: string;
      readonly text: Inline;
      readonly aside?: Inline;
    }
  | { readonly kind: 'paragraph'; readonly text: Inline; readonly label?: Inline }
  | { readonly kind: 'steps'; readonly items: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly Inline[] }
  | {
      readonly kind: 'table';
      readonly head: readonly Inline[];
      readonly rows: readonly (readonly Cell[])[];
      /** Columns whose width is their content's. */
      readonly narrow?: readonly number[];
    }
  | { readonly kind: 'step'; readonly text: Inline; readonly hints: readonly Inline[] }
  | { readonly kind: 'commands'; readonly commands: readonly Command[] }
  | { readonly kind: 'output'; readonly caption: Inline; readonly text: string }
  | { readonly kind: 'lines'; readonly label: Inline; readonly count: number }
  | {
      readonly kind: 'figure';
      /** The drawing, with its own id in the page. */
      readonly svg: (id: string) => string;
      readonly drawing: string;
      readonly caption: Inline;
    }
  /** Only for the instructor. `more` belongs to it, below it. */
  | {
      readonly kind: 'note';
      readonly label: Inline;
      readonly text: Inline;
      readonly more?: { readonly label: Inline; readonly text: Inline };
    };

export interface Handout {
  readonly language: string;
  readonly title: string;
  readonly subtitle: Inline;
  readonly edition: string;
  /** Label of the line for a name, and what is printed there; undefined: room to write it. */
  readonly owner: { readonly label: string; readonly name: string | undefined };
  readonly labels: {
    readonly redisLab: string;
    readonly plain: string;
    readonly nothing: string;
  };
  readonly parts: readonly Part[];
}

/** Rows of the table of commands, one column for each reader. */
export function commandRows(
  { commands }: Extract<Part, { kind: 'commands' }>,
  { nothing }: Handout['labels'],
): Cell[][] {
  return commands.map(({ redisLab, plain }) =>
    [redisLab, plain].map((line) => (line === undefined ? nothing : { code: line })),
  );
}

interface Piece {
  readonly kind: 'text' | 'code' | 'strong' | 'link';
  readonly text: string;
  readonly address?: string;
}

/** The marks of a text, taken apart. */
export function piecesOf(text: Inline): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  const plain = (to: number) => {
    if (to > from) pieces.push({ kind: 'text', text: text.slice(from, to) });
  };
  for (const match of text.matchAll(
    /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https:\/\/[^)\s]+)\)/g,
  )) {
    plain(match.index);
    const [whole, code, strong, label, address] = match;
    if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else if (strong !== undefined) pieces.push({ kind: 'strong', text: strong });
    else if (label !== undefined && address !== undefined)
      pieces.push({ kind: 'link', text: label, address });
    from = match.index + whole.length;
  }
  plain(text.length);
  return pieces;
}
