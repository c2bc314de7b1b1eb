/** A class, as the spreadsheet of an instructor writes it. */
import { expect } from 'chai';
import { readClass } from '../../lib/class/roster.js';
import { PROBLEM_CODES, SpecError } from '../../lib/errors.js';

const ANI = { owner: 'Ani, 051110', seed: 'a', filename: '051110-ani', name: 'Ani', id: '051110' };

/** Codes of problems that were seen here. */
const codes = new Set<string>();

function problems(text: string): string[] {
  try {
    readClass(text, 'class.csv');
  } catch (error) {
    if (error instanceof SpecError) {
      for (const { code } of error.problems) codes.add(code);
      return error.problems.map(({ origin, path, message }) => `${origin} ${path}: ${message}`);
    }
    throw error;
  }
  return [];
}

describe('a class list', () => {
  const same: Record<string, string> = {
    'commas, English': 'name,id,e-mail,seed\nAni,051110,ani@example.org,a\n',
    'semicolons, Indonesian': 'Nama;NIM;Email;Seed\r\nAni;051110;ani@example.org;a\r\n',
    'a byte order mark': '\ufeffname,id,seed\nAni,051110,a',
    tabs: 'NAMA\tNIM\tSEED\nAni\t051110\ta\n',
    'quotes round everything': '"Nama Lengkap";"Seed";"NIM"\r\n"Ani";"a";"051110"\r\n',
    'a line of Excel before the header': 'sep=;\r\nnama;nim;seed\r\nAni;051110;a\r\n',
    'old line ends, columns of its own, empty rows':
      'no,name,id,seed,group\r1,Ani,051110,a,X\r,,,,\r',
    'blanks round the fields': ' name , id , seed \n Ani , 051110 , a \n',
  };
  for (const [name, text] of Object.entries(same)) {
    it(`is read with ${name}`, () => {
      const students = readClass(text, 'class.csv');
      expect(students).to.have.lengthOf(1);
      expect(students[0]).to.include(ANI);
    });
  }

  it('is taken apart by the delimiter of its header, whatever stands in the names', () => {
    const owners = (text: string) => readClass(text, 'x').map(({ owner }) => owner);
    expect(owners('nama;nim\nAni, S.Kom;1\nBudi, M.T, Ph.D;2\n')).to.deep.equal([
      'Ani, S.Kom, 1',
      'Budi, M.T, Ph.D, 2',
    ]);
    expect(owners('name,id\n"Ani; ""A""",1\n')).to.deep.equal(['Ani; "A", 1']);
    expect(owners('nama\nAni\nAni\n')).to.deep.equal(['Ani', 'Ani']);
    // Without a number, the address tells two students apart.
    expect(owners('name,email\nAni,ani@example.org\n')).to.deep.equal(['Ani, ani@example.org']);
  });

  it('is read with three hundred rows, in any script, in one piece', () => {
    const names = ['Ani', 'Budi, S.Kom', '李雷', 'ꦢꦺꦮꦶ', 'Jose\u0301 "Pepe"'];
    const rows = Array.from({ length: 300 }, (_, i) => [
      names[i % names.length] ?? '',
      `${1000 + i}`,
    ]);
    const quoted = rows.map(([name = '', id]) => `"${name.replaceAll('"', '""')}";${id}`);
    const students = readClass(`\ufeffnama;nim\r\n${quoted.join('\r\n')}\r\n`, 'x');
    expect(students.map(({ name, id }) => [name, id])).to.deep.equal(rows);
    expect(students.at(-1)?.line).to.equal(301);
    expect(new Set(students.map(({ filename }) => filename)).size).to.equal(300);
  });

  it('makes names of files that are no paths, and each its own', () => {
    const names = readClass(
      `nama;nim\n../../etc/passwd;../..\nC:\\Windows\\x;..\nCON;nul\nAni;\nAni;\nani;7\nANI;"7 "" "\n李雷;5\n${'é'.repeat(300)};${'x'.repeat(300)}\n\u202eevil.exe\u0000;8`,
      'x',
    ).map(({ filename }) => filename);
    expect(new Set(names.map((name) => name.toLowerCase())).size).to.equal(names.length);
    for (const name of names) {
      expect(name).to.match(/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}-]*-[\p{L}\p{M}\p{N}-]+$/u);
      expect(Buffer.byteLength(name)).to.be.lessThan(240);
      expect(name.toLowerCase()).to.not.match(/^(?:con|nul|aux|prn)$/);
    }
    expect(names.slice(3, 7)).to.deep.equal(['5-ani', '6-ani', '7-ani', '7-ani-2']);
  });

  it('names every bad row with its line, also after fields of several lines', () => {
    expect(
      problems(
        'name,id,email\n"Ani\nB",1,\n,2,\nBudi,1,budi\nCaca, S.Kom,3,x@y\nDodi,5.11E+09,\nEka\ufffd,6,\n"Fani,7,\n',
      ),
    ).to.deep.equal([
      'class.csv:4 name: is missing',
      'class.csv:5 e-mail: is no e-mail address',
      'class.csv:5 id: is that of line 2 too',
      'class.csv:6 : has 4 fields, and the header has 3',
      'class.csv:7 id: was shortened by the spreadsheet',
      'class.csv:8 : is not UTF-8',
      'class.csv:9 : cannot be read: Quoted field unterminated',
    ]);
  });

  it('refuses formulas, numbers that differ only in case, and keys that are none', () => {
    const key = `ssh-ed25519 ${'A'.repeat(68)} ani@laptop`;
    expect(readClass(`name,id,key\nAni,1,${key}\n`, 'x')[0]).to.include({ key, line: 2 });
    expect(
      problems(
        `nama,nim,kunci\n=HYPERLINK(1),1,\nBudi,+62,\nCaca,a1,\nDodi,A1,\nEka,5,-----BEGIN OPENSSH PRIVATE KEY-----\nFani,6,${key.replace(' ', '')}\n`,
      ),
    ).to.deep.equal([
      'class.csv:2 name: begins like a formula',
      'class.csv:3 id: begins like a formula',
      'class.csv:5 id: is that of line 4 too',
      'class.csv:6 key: begins like a formula',
      'class.csv:6 key: is no public key of SSH',
      'class.csv:7 key: is no public key of SSH',
    ]);
  });

  it('without names, students or anything at all is refused', () => {
    expect(problems('x;y\n1;2\n')).to.deep.equal(['class.csv:1 : has no column "name" or "nama"']);
    expect(problems('')).to.deep.equal(['class.csv:1 : has no column "name" or "nama"']);
    expect(problems('name,nama\na,b\n')).to.deep.equal([
      'class.csv:1 nama: is the second column with the name',
    ]);
    expect(problems('name,id\n,\n')).to.deep.equal(['undefined : has no students']);
  });

  it('has a code for each problem', () => {
    const all = PROBLEM_CODES.filter((code) => code.startsWith('class.'));
    // Only a lab needs a number: spec/class/labs.spec.ts.
    expect([...codes, 'class.id.missing']).to.have.members(all);
  });
});
