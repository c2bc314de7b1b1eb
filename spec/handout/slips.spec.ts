/** The slips of a class, by which students get into their labs. */
import { expect } from 'chai';
import { fingerprintOf, type Slip, slipsOf } from '../../lib/handout/slips.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';

/** As `ssh-keygen` made it, and told its fingerprint. */
const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHlm0a77r3QTpGJbJOJtIbg16G+TiT3iHOIicd5ce+ov';
const FINGERPRINT = 'SHA256:xET52wv3aSFHhc0fus5LCAHFUG3RKxuWzaZo+komgZE';

function slip(more: Partial<Slip> = {}, spec: LabSpec = {}): Slip {
  return {
    lab: buildLab({ name: 'sentinel-051110', ...spec }).model,
    owner: 'Ani, 051110',
    address: 'labs.example.org',
    port: 2201,
    hostKey: HOST_KEY,
    by: { password: 'k3fm-x9pq-7hwt' },
    ...more,
  };
}

const written = (slips: readonly Slip[], format: 'md' | 'html' = 'md', language = 'en') =>
  slipsOf(slips, { class: 'sentinel', format, language });

describe('a slip', () => {
  it('says how to enter, what opens, whom to trust, and which nodes there are, in English', () => {
    const text = written([slip()]);
    expect(text).to.include('# Your lab\n\nHow to enter `sentinel-051110` from your own computer');
    expect(text).to.include('For: Ani, 051110');
    expect(text).to.include('| Enter the node `master` | `ssh -p 2201 student@labs.example.org` |');
    expect(text).to.include('**Password:** `k3fm-x9pq-7hwt`');
    expect(text).to.include(`\`${FINGERPRINT}\``);
    for (const row of [
      '| `master` | `192.168.100.11` | master |',
      '| `slave1` | `192.168.100.12` | replica |',
      '| `slave2` | `192.168.100.13` | replica |',
      '| What this node is | `redis-cli role` |',
      '| `redis-cli -p 26379 sentinel master mymaster` |',
      '| Go on to another node | `ssh slave1` |',
    ]) {
      expect(text).to.include(row);
    }
    expect(text).not.to.match(/token/i);
  });

  it('says the same in Indonesian', () => {
    const text = written([slip()], 'md', 'id');
    expect(text).to.include('# Lab Anda\n\nCara masuk ke `sentinel-051110`');
    expect(text).to.include('| Masuk ke node `master` | `ssh -p 2201 student@labs.example.org` |');
    expect(text).to.include('**Kata sandi:** `k3fm-x9pq-7hwt`');
    expect(text).to.include(FINGERPRINT);
    expect(text).to.include('| `slave1` | `192.168.100.12` | replica |');
  });

  it('says that a key opens, or that the password is not known here', () => {
    expect(written([slip({ by: 'key' })])).to.include('**Password:** none: your own key opens');
    expect(written([slip({ by: 'elsewhere' })])).to.include('**Password:** ask your instructor');
  });

  it('has the token of those who get one', () => {
    const token = {
      token: 'eyJjbGllbnQ+/=',
      program: 'incus',
      project: 'sentinel-051110',
      instance: 'sentinel-051110-master',
    };
    const text = written([slip({ token })]);
    expect(text).to.include('| Once | `incus remote add class eyJjbGllbnQ+/=` |');
    expect(text).to.include(
      '`incus exec class:sentinel-051110-master --project sentinel-051110 -- bash`',
    );
  });

  it('follows the description: Valkey, other ports, a master without a Sentinel, and a client', () => {
    const text = written([
      slip(
        {},
        {
          redis: { engine: 'valkey', port: 7000 },
          nodes: [
            { name: 'one', role: 'master', sentinel: false },
            { name: 'two' },
            { name: 'three' },
            { name: 'four' },
            { name: 'app', role: 'client' },
          ],
        },
      ),
    ]);
    expect(text).to.include('`valkey-cli -p 7000 role`');
    expect(text).not.to.include('sentinel master');
    expect(text).to.include('| Enter the node `one` |');
    expect(text).to.include('| `app` | `192.168.100.15` | client |');
  });

  it('has names in any script as they are, and none of them is markup', () => {
    const owners = [
      'ꦢꦺꦮꦶ, 1',
      '李雷, 2',
      '<script>alert(1)</script>, 3',
      'Ani | **Budi** `rm -rf` [x](https://example.org), 4',
      '"; } @page { content: "x, 5',
      '\u202eevil\u0007, 6',
    ];
    const slips = owners.map((owner) => slip({ owner }));
    const html = written(slips, 'html');
    expect(html).to.include('<meta charset="utf-8">');
    expect(html).to.include('<strong>ꦢꦺꦮꦶ, 1</strong>').and.include('<strong>李雷, 2</strong>');
    expect(html).to.include('&lt;script&gt;alert(1)&lt;/script&gt;, 3').and.not.include('<script');
    expect(html.match(/<main /g)).to.have.lengthOf(owners.length);
    expect(html).not.to.include('@page {\n  content: "x').and.not.include('"; } @page');
    const markdown = written(slips);
    expect(markdown).to.include('For: ꦢꦺꦮꦶ, 1\n').and.include('For: 李雷, 2\n');
    expect(markdown).to.include(
      'For: Ani \\| \\*\\*Budi\\*\\* \\`rm -rf\\` \\[x\\](https://example.org), 4\n',
    );
    expect(markdown).to.include('\\<script\\>');
    for (const text of [html, markdown]) {
      expect(text).to.include('\\u202eevil');
      for (const foreign of ['\u202e', '\u0007']) expect(text).not.to.include(foreign);
    }
  });

  it('knows a host by the fingerprint that ssh shows', () => {
    expect(fingerprintOf(HOST_KEY)).to.equal(FINGERPRINT);
  });
});
