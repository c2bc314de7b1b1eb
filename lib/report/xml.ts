/** XML as text: the few lines of it that a JUnit report and drawings need. */

export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Elements, or the text between the tags. */
  readonly children?: readonly XmlElement[] | string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** For XML and HTML: between tags or in double quotes, the text stands for itself. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** A document in UTF-8, ending with a newline. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root, '')}\n`;
}

/** An element without the document's head: SVG within HTML. */
export function xmlFragment(root: XmlElement): string {
  return render(root, '');
}

function render({ name, attributes = {}, children = [] }: XmlElement, indent: string): string {
  const open = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${written(String(value), true)}"`),
  ].join(' ');
  if (children.length === 0) return `${indent}<${open}/>`;
  if (typeof children === 'string') return `${indent}<${open}>${written(children)}</${name}>`;
  const inner = children.map((child) => render(child, `${indent}  `)).join('\n');
  return `${indent}<${open}>\n${inner}\n${indent}</${name}>`;
}

/**
 * What XML 1.0 forbids, even as a reference, becomes U+FFFD: control characters, half of a surrogate pair. What it
 * allows and nobody sees (bidirectional marks and the like) is written as a reference.
 */
function written(text: string, attribute = false): string {
  const allowed = text.replace(
    /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
    '\ufffd',
  );
  const clean = escaped(allowed)
    // A parser turns a bare carriage return into a newline.
    .replaceAll('\r', '&#13;')
    .replace(
      /[\u{7f}-\u{9f}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (character) => `&#${character.codePointAt(0)};`,
    );
  return attribute ? clean.replaceAll('\n', '&#10;').replaceAll('\t', '&#9;') : clean;
}
