/** Lines of configurations as they may be shown: a screen and a log of CI are no place for a password. Pure. */

const SECRETS =
  /^(\s*"?(?:requirepass|masterauth|primaryauth|tls-[a-z-]*key-file-pass|sentinel\s+(?:sentinel-pass|auth-pass\s+\S+))"?[\s=:]+)(.*)$/i;

/** A line with `*` for each character of a password; of a rule that may be one, what stands at the place. */
export function withoutSecrets(line: string, code: string, column: number, length: number): string {
  const stars = (text: string) => text.replace(/[^\s"']/g, '*');
  const said = code === 'acl.rule' || code === 'acl.hash';
  const own = said
    ? line.slice(0, column - 1) +
      stars(line.slice(column - 1, column - 1 + length)) +
      line.slice(column - 1 + length)
    : line;
  const [, name, secret] = SECRETS.exec(own) ?? [];
  if (name !== undefined && secret !== undefined) return name + stars(secret);
  if (!/^\s*user\s/i.test(own)) return own;
  return own.replace(/([><])(\S+)/g, (_, sign: string, secret: string) => sign + stars(secret));
}

const RULE_OF_USER =
  /^(?:[~&%+(@-].*|[*><].*|on|off|(?:no|reset|all)\w*|(?:skip-)?sanitize-payload|clearselectors)$/i;

/** On the command line of a unit, and in its environment. */
const GIVEN =
  /((?:--(?:requirepass|masterauth|primaryauth|tls-[a-z-]*key-file-pass)[\s=]+|REDISCLI_AUTH=))\S+/gi;

/** A line of which nobody knows whether it is right: what may be a password is hidden. */
export function withoutAnySecrets(line: string): string {
  const own = withoutSecrets(line, '', 1, 0).replace(GIVEN, (_, name: string) => `${name}******`);
  const [, start = '', rest = ''] = /^(\s*user\s+\S+\s+)(.*)$/is.exec(own) ?? [];
  if (start === '') return own;
  const hide = (word: string) => (RULE_OF_USER.test(word) ? word : '*'.repeat(word.length));
  return start + rest.replace(/\S+/g, hide);
}
