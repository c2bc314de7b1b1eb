/** Which files belong together: a folder a node, or what their names say. */

/** Parts of a path that say what a file is, and not whose. */
const NO_NAME =
  /^(?:etc|conf|configs?|conf\.d|redis|valkey|sentinels?|server|files|templates|systemd|system|usr|local|lib|var|opt|redis-lab|users?|acl)$/;

/** Parts of a file's name that do so. */
const WORDS =
  /(?:^|[-_.@])(?:redis|valkey|sentinel|server|conf|cfg|config|acl|users?|service|j2|tmpl|tpl|template|erb|example|sample|default|in)(?=$|[-_.@])/g;

/** The node of each file. */
export function nodesOf(
  sources: readonly { readonly name: string; readonly node?: string }[],
): string[] {
  const paths = sources.map(({ name }) => name.split('/').filter((part) => part !== '.'));
  const common = commonFolders(paths);
  return sources.map(({ node, name }, at) => {
    if (node !== undefined) return node;
    const parts = paths[at]?.slice(common) ?? [];
    const folders = parts.slice(0, -1).filter((part) => !NO_NAME.test(part.toLowerCase()));
    const own = nameIn(parts.at(-1) ?? name);
    return [...folders, ...(own === '' ? [] : [own])].join('/');
  });
}

/** `redis-slave1.conf` is of `slave1`, `sentinel_26379.conf` of `26379`, `redis.conf` of none. */
function nameIn(base: string): string {
  let left = base.toLowerCase();
  for (let before = ''; before !== left; ) {
    before = left;
    left = left.replace(WORDS, '').replace(/^[-_.@]+|[-_.@]+$/g, '');
  }
  return left.replace(/^(?:redis|valkey|sentinel)(?=\d)/, '');
}

function commonFolders(paths: readonly (readonly string[])[]): number {
  const [first = []] = paths;
  let depth = 0;
  while (depth < first.length - 1 && paths.every((each) => each[depth] === first[depth])) depth++;
  // Files that are alone keep no folder: the node of one is nothing to tell.
  return depth;
}
