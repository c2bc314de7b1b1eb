/** What the package gives to programs says what it is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from '@typescript/typescript6';
import { expect } from 'chai';

const INDEX = path.resolve(import.meta.dirname, '../lib/index.ts');

function parsed(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

/** The declaration behind each name that a file exports from another one. */
function* exportsOf(file: string): Generator<ts.Node & { readonly name: ts.Identifier }> {
  for (const statement of parsed(file).statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    const from = (statement.moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, '.ts');
    const source = path.resolve(path.dirname(file), from);
    if (!statement.exportClause) {
      yield* parsed(source).statements.filter(isNamed);
      continue;
    }
    if (!ts.isNamedExports(statement.exportClause)) continue;
    const names = statement.exportClause.elements.map(({ propertyName, name }) =>
      String((propertyName ?? name).text),
    );
    const declared = parsed(source)
      .statements.filter(isNamed)
      .filter(({ name }) => names.includes(name.text));
    const found = declared.map(({ name }) => name.text);
    yield* declared;
    if (found.length < names.length) {
      for (const each of exportsOf(source)) if (names.includes(each.name.text)) yield each;
    }
  }
}

function isNamed(
  statement: ts.Statement,
): statement is ts.Statement & { readonly name: ts.Identifier } {
  return 'name' in statement;
}

function isPublic(member: ts.Node): boolean {
  if (ts.isConstructorDeclaration(member)) return false;
  const { name } = member as ts.NamedDeclaration;
  return name !== undefined && !ts.isPrivateIdentifier(name);
}

/** Names say enough for a field of plain data; what is called, or lies in a class, says what it does. */
function speaking(declaration: ts.Node): ts.Node[] {
  if (ts.isClassDeclaration(declaration)) {
    const isBrand = (member: ts.Node) => member.getText().startsWith('override readonly name');
    return declaration.members.filter((member) => isPublic(member) && !isBrand(member));
  }
  if (!ts.isInterfaceDeclaration(declaration)) return [];
  return declaration.members.filter(
    (member) =>
      ts.isMethodSignature(member) ||
      (ts.isPropertySignature(member) && member.type?.kind === ts.SyntaxKind.FunctionType),
  );
}

/** What a program gives us to call, and what holds a text. */
const CALLED_BY_US = [
  'BackendDescriptor',
  'DoctorOfBackend',
  'Fault',
  'Guard',
  'LabsOfBackend',
  'OwnScenario',
  'Remedy',
  'Secret',
  'UpOptions',
];

function isCall(member: ts.Node): boolean {
  if (docsOf(member).includes('@internal')) return false;
  return ts.isMethodSignature(member) || ts.isMethodDeclaration(member);
}

function docsOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => doc.getFullText())
    .join('\n');
}

describe('the public names', () => {
  const all = [...exportsOf(INDEX)];
  const nameOf = (node: ts.Node) => (node as ts.NamedDeclaration).name?.getText() ?? '';

  it('are all found', () => {
    expect(all.map(nameOf)).to.include.members(['buildLab', 'handout', 'RunningLab', 'LabSpec']);
  });

  it('each say what they are, and so does each of their methods', () => {
    const silent = all
      .flatMap((each) => [[each], ...speaking(each).map((member) => [each, member])])
      .filter((way) => ts.getJSDocCommentsAndTags(way.at(-1) as ts.Node).length === 0)
      .map((way) => way.map(nameOf).join('.'));
    expect(silent).to.deep.equal([]);
  });

  it('say of each call of ours how it can fail', () => {
    const calls = all.flatMap((each) => [
      ...(ts.isFunctionDeclaration(each) ? [[each]] : []),
      ...(CALLED_BY_US.includes(nameOf(each)) ? [] : speaking(each).filter(isCall)).map(
        (member) => [each, member],
      ),
    ]);
    const told = (call: ts.Node) => /@throws|[Nn]ever throws/.test(docsOf(call));
    const silent = calls
      .filter((way) => !told(way.at(-1) as ts.Node))
      .map((way) => way.map(nameOf).join('.'));
    expect(silent).to.deep.equal([]);
  });
});
