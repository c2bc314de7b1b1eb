/** PyYAML, which cloud-init reads with, finds in our YAML what js-yaml finds, and what was written. */
import { expect } from 'chai';
import { load } from 'js-yaml';
import { toYaml } from '../../lib/render/yaml.js';
import { allNodes, textOf } from './support/labs.js';
import { PYTHON, pyYaml, readers } from './support/readers.js';
import { expectAccepted, run } from './support/run.js';

/** What a reader of YAML 1.1 or 1.2, or a careless one, takes for something else than this text. */
const HOSTILE = [
  ...['0644', '0o644', '0x1f', '0b11', '1_000', '1e3', '1.5e3', '.5', '-.inf', '.nan', '08', '+1'],
  ...[
    '12:30:45',
    '190:20:30.15',
    '52:54:00:11:22:33',
    '2001-01-01',
    '2001-12-14t21:59:43.10-05:00',
  ],
  ...['on', 'off', 'yes', 'no', 'y', 'n', 'Y', 'True', 'NO', 'null', 'Null', '~', '', '=', '<<'],
  ...[
    '- a',
    '-',
    '?',
    ':',
    ': b',
    'a: b',
    'a #b',
    '#c',
    '? x',
    '! x',
    '& x',
    '*x',
    '!!binary',
    '%x',
  ],
  ...['@x', '`x', '|', '>', '[', ']', '{', '}', ',', '"', "'", '\\', 'a\\nb', '{{x}}', '$(x)'],
  ...['---', '--- x', '...', '---\nx', 'x\n---\n', '%YAML 1.1\n---\n'],
  ...[' x', 'x ', '\tx', 'x\t', ' ', '\t', '\n', '\nx', 'x\n', 'x\n\n', '\n\n x\n', '  x\n y\n'],
  ...['a\n \nb', 'a \nb', 'a\n\tb\n', '\n ', ' \n', 'a\r\nb', '\r', 'x: y\n# z\n'],
  ...[
    'ü',
    '日本',
    '😀',
    '\u2028',
    '\u2029',
    '\u0085',
    '\u00a0',
    '\ufeff',
    '\u0000',
    '\u001b',
    '\u007f',
  ],
  ...['a'.repeat(5000), 'many words '.repeat(2000), `${'x'.repeat(300)}\n${' y'.repeat(300)}\n`],
];

const SCRIPT = `
import json, sys, yaml
json.dump([yaml.safe_load(text) for text in json.load(sys.stdin)], sys.stdout)
`;

readers('PyYAML', [pyYaml], () => {
  for (const { title, lab, node } of allNodes()) {
    it(`reads the seed of ${title} as js-yaml does`, async () => {
      const texts = ['user-data', 'meta-data', 'network-config'].map((file) =>
        textOf(lab, `nodes/${node.name}/${file}`),
      );
      expect(await pythonReads(texts)).to.deep.equal(texts.map((text) => load(text)));
    });
  }

  it('reads every hostile text as it was, wherever it stands', async () => {
    const values = HOSTILE.flatMap((text) => [
      { key: text },
      [text, [text]],
      { a: { [text]: { [text]: text } } },
      { list: [{ key: text, other: [text] }] },
    ]);
    expect(await pythonReads(values.map((value) => toYaml(value)))).to.deep.equal(values);
    expect(values.map((value) => load(toYaml(value)))).to.deep.equal(values);
  });

  it('does not read a text without quotes as it was', async () => {
    for (const text of ['0644', '12:30:45', 'on', 'no', '1_000', '~']) {
      expect(await pythonReads([`key: ${text}\n`]), text).not.to.deep.equal([{ key: text }]);
    }
  });
});

/** What PyYAML makes of texts, as JSON. */
async function pythonReads(texts: readonly string[]): Promise<unknown> {
  const ran = await run(PYTHON, ['-c', SCRIPT], { input: JSON.stringify(texts) });
  expectAccepted(ran);
  return JSON.parse(ran.stdout);
}
