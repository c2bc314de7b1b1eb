/** What of a class has room on a terminal. */
import { expect } from 'chai';
import { boardLines, boardSum, type Seat } from '../../lib/cli/live/class/board-text.js';
import { columnsOf } from '../../lib/report/layout.js';
import { speechIn } from '../../lib/report/speech.js';
import { PLAIN } from '../../lib/report/style.js';
import { status } from '../report/support/status.js';

const speech = speechIn();
const NOW = 10_000_000;

const SEATS: readonly Seat[] = [
  {
    id: '051110',
    name: 'Ani',
    status: status(),
    event: {
      at: NOW - 12_400,
      text: 'sentinel@slave1  +switch-master mymaster 192.168.100.11 6379',
    },
  },
  {
    id: '051111',
    name: 'Budi, S.Kom',
    status: status({ state: 'absent', master: null, ready: false }),
  },
  {
    id: '19/440/TK',
    name: '李雷',
    status: status({
      state: 'partial',
      ready: false,
      master: 'slave1',
      problems: ["master's Redis server is stopped"],
    }),
    event: { at: NOW - 185_000, text: "master's Redis server is stopped" },
  },
  { id: 'dewi@example.org', name: 'ꦢꦺꦮꦶ' },
  {
    id: '051112',
    name: 'Caca',
    failure: 'The lab is on two, a member of the cluster that is away',
  },
];

const board = (width: number, height?: number, seats = SEATS, of = speech) =>
  boardLines(seats, { now: NOW, height, style: { ...PLAIN, width }, speech: of });

describe('the board of a class', () => {
  it('has a line for each lab, what needs somebody first', () => {
    expect(board(100)).to.deep.equal([
      'student           name         state           master  age    last event',
      '051112            Caca         cannot be seen  –              The lab is on two, a member of the…',
      "19/440/TK         李雷         partly up       slave1  3 min  master's Redis server is stopped",
      '051111            Budi, S.Kom  not up          –',
      'dewi@example.org  ꦢꦺꦮꦶ          …               –',
      '051110            Ani          ready           master  12 s   sentinel@slave1  +switch-master…',
    ]);
    expect(boardSum(SEATS, speech)).to.equal('1 of 5 ready');
  });

  it('fits any window: names are cut, then events, masters and names left out', () => {
    for (const width of [200, 100, 80, 64, 50, 40, 30]) {
      for (const line of board(width)) {
        expect(columnsOf(line), `${width}: ${line}`).to.be.at.most(width);
      }
    }
    expect(board(40)[0]).to.match(/^student +state +age$/);
    expect(board(30)[1]).to.match(/^051112 +cannot be seen$/);
  });

  it('has as many labs as there is room for, and counts the others', () => {
    expect(board(100, 6)).to.have.lengthOf(6);
    const few = board(100, 5);
    expect(few).to.have.lengthOf(5);
    expect(few.at(-1)).to.equal('… and 2 more: … 1 and ready 1');
    const three = board(100, 3);
    expect(three[1]).to.match(/^051112/);
    expect(three.at(-1)).to.equal('… and 4 more: partly up 1, not up 1, … 1 and ready 1');
    const crowd = Array.from({ length: 300 }, (_, i) => ({
      id: `${i}`,
      name: 'S',
      status: status(),
    }));
    expect(board(80, 20, crowd).at(-1)).to.equal('… and 282 more: ready 282');
  });

  it('says what is wrong where nothing has happened yet, and how old what happened is', () => {
    const wrong = { ready: false, problems: ['nobody knows a master'], problemCodes: [] };
    const ages = [0, 59_999, 60_000, 3_599_999, 3_600_000, 86_400_000].map((ms, i) => ({
      id: `${i}`,
      name: 'S',
      status: status(wrong),
      event: { at: NOW - ms, text: 'it' },
    }));
    expect(
      board(80, 20, ages)
        .slice(1)
        .map((line) => /(\d+ \w+) +it$/.exec(line)?.[1]),
    ).to.deep.equal(['0 s', '59 s', '1 min', '59 min', '1 h', '1 d']);
    expect(board(80, 20, [{ id: '1', name: 'S', status: status(wrong) }])[1]).to.match(
      /not ready +master +nobody knows a master$/,
    );
    const [titles, first] = board(80, 20, ages, speechIn('id'));
    expect(titles).to.match(/kejadian terakhir$/);
    expect(first).to.include('belum siap').and.include('0 dtk');
  });
});
