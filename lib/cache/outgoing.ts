/** HTTP requests through the proxy that the environment names. The only importer of undici. */
import { BlockList, isIP } from 'node:net';
import type { Dispatcher } from 'undici';

type Environment = Readonly<Record<string, string | undefined>>;

/** An environment variable that names no usable proxy. */
export class ProxyFlaw extends Error {}

export interface Proxy {
  /** The environment variable that it comes from. */
  readonly variable: string;
  /** Without user and password. */
  readonly url: string;
  /** The value of Proxy-Authorization; undefined if it needs none. */
  readonly authorization: string | undefined;
}

/**
 * The proxy for an address, from `https_proxy` or `http_proxy`; undefined if there is none, or `no_proxy` lists the host.
 * Variables may be in capitals; small letters win. `no_proxy` is a list with commas of `*`, domains (with all below them),
 * addresses and networks such as `10.0.0.0/8`, each with or without a port.
 * @throws ProxyFlaw
 */
export function proxyFor(address: string | URL, env: Environment = process.env): Proxy | undefined {
  const target = new URL(address);
  const variable = nameIn(env, `${target.protocol.slice(0, -1)}_proxy`);
  const value = variable === undefined ? undefined : env[variable]?.trim();
  if (variable === undefined || !value || isExcepted(target, env)) return undefined;
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  } catch {
    throw new ProxyFlaw(`${variable} is no address of a proxy; it is written http://HOST:PORT`);
  }
  if (!['http:', 'https:'].includes(url.protocol)) {
    throw new ProxyFlaw(
      `${variable} names a proxy of the kind ${url.protocol.slice(0, -1)}, and only http and https are known here`,
    );
  }
  const user = `${decoded(url.username)}:${decoded(url.password)}`;
  const authorization =
    url.username === '' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
  return { variable, url: url.origin, authorization };
}

/** Small letters win over capitals, even if the value is empty. */
function nameIn(env: Environment, name: string): string | undefined {
  return [name, name.toUpperCase()].find((each) => env[each] !== undefined);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isExcepted(target: URL, env: Environment): boolean {
  const host = bare(target.hostname);
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  const list = env[nameIn(env, 'no_proxy') ?? ''] ?? '';
  return list.split(/[\s,]+/).some((entry) => covers(entry.toLowerCase(), host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  // An IPv6 address with a port has brackets; without them, all of its colons belong to the address.
  const [, six, name = six ?? entry, only] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  if (only !== undefined && only !== port) return false;
  if (isIP(host)) return includesAddress(name, host);
  const wanted = name.replace(/^\*?\./, '');
  return wanted !== '' && (host === wanted || host.endsWith(`.${wanted}`));
}

function includesAddress(entry: string, host: string): boolean {
  const [address = '', prefix] = entry.split('/');
  const family = familyOf(address);
  const bits = Number(prefix ?? (family === 'ipv6' ? 128 : 32));
  if (!isIP(address) || !(bits >= 0 && bits <= (family === 'ipv6' ? 128 : 32))) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return list.check(host, familyOf(host));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
}

/** Sends requests, and knows through which proxy the last one went. Dispose of it when the answers have been read. */
export class Outgoing implements AsyncDisposable {
  readonly #env: Environment;
  readonly #dispatchers = new Map<string, Dispatcher>();
  #last: Proxy | undefined;

  constructor(env: Environment = process.env) {
    this.#env = env;
  }

  /** ` (through the proxy http://proxy:3128 of https_proxy)`; empty without a proxy. */
  get way(): string {
    const { proxy } = this;
    return proxy ? ` (through the proxy ${proxy.url} of ${proxy.variable})` : '';
  }

  /** The proxy of the last request; undefined if it had none. */
  get proxy(): { readonly url: string; readonly variable: string } | undefined {
    return this.#last && { url: this.#last.url, variable: this.#last.variable };
  }

  /** As `fetch` of Node, which has no proxies before version 24. */
  async fetch(url: string, init: RequestInit): Promise<Response> {
    const names = ['http_proxy', 'https_proxy'].map((name) => nameIn(this.#env, name));
    if (names.every((name) => !this.#env[name ?? ''])) return fetch(url, init);
    const undici = await import('undici');
    const choose = (origin: string | URL) => this.#dispatcherFor(origin, undici);
    // A redirection may lead to a host with another proxy, or with none.
    const router = new undici.Agent().compose(
      () => (options, handler) => choose(options.origin ?? url).dispatch(options, handler),
    );
    this.#dispatchers.set('', router);
    choose(url);
    const options = { ...init, dispatcher: router } as Parameters<typeof undici.fetch>[1];
    return (await undici.fetch(url, options)) as unknown as Response;
  }

  #dispatcherFor(origin: string | URL, { Agent, ProxyAgent }: typeof import('undici')): Dispatcher {
    const proxy = proxyFor(origin, this.#env);
    this.#last = proxy;
    // One address may be that of both variables, with another user in each.
    const key = proxy?.variable ?? 'direct';
    const known = this.#dispatchers.get(key);
    if (known) return known;
    const made = proxy
      ? new ProxyAgent({
          uri: proxy.url,
          // Plain HTTP is requested from the proxy itself: many open no tunnel to port 80.
          proxyTunnel: false,
          ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
        })
      : new Agent();
    this.#dispatchers.set(key, made);
    return made;
  }

  /** Closes all connections, also one to a proxy that does not answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#dispatchers.values()].map(async (each) => each.destroy()));
  }
}
