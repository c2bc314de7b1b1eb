/** Text templates, precompiled when the package is built. */
import type { TemplateDelegate } from 'handlebars';
// Its declarations are those of the whole package, which the runtime is a part of.
import runtime from 'handlebars/runtime.js';
import { type FileName, files, type TemplateName, templates } from './templates.generated.js';

const { template } = runtime as unknown as typeof import('handlebars');

type View = object;

/** Fills a template. A name that the view lacks is an error, not an empty text. */
export const fill: (name: TemplateName, view: View) => string = filler(templates);

/** Fills templates that were compiled at build time; each is instantiated once. `{{> "NAME"}}` in one is another of them. */
export function filler<Name extends string>(
  compiled: Readonly<Record<Name, TemplateSpecification>>,
): (name: Name, view: View) => string {
  let partials: Readonly<Record<string, TemplateDelegate>> | undefined;
  return (name, view) => {
    partials ??= Object.fromEntries(
      Object.entries<TemplateSpecification>(compiled).map(([each, of]) => [each, template(of)]),
    );
    return (partials[name] as TemplateDelegate)(new Proxy(view, COMPLETE), { partials });
  };
}

/** Handlebars is strict about `{{name}}` but not about `{{#if name}}`; this closes the gap. */
const COMPLETE: ProxyHandler<object> = {
  get(view, key) {
    if (typeof key === 'string' && !(key in view)) throw new Error(`"${key}" not defined`);
    return Reflect.get(view, key);
  },
};

/** A file that is the same in every lab. */
export function verbatim(name: FileName): string {
  return files[name];
}
