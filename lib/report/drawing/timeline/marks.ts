/** Moments that cross all lanes. */
import { faultTexts, healedAt } from '../../derived.js';
import type { ScenarioResult } from '../../types.generated.js';
import type { XmlElement } from '../../xml.js';
import { BOLD, group, type Pen, hundredths as r, stroke, widthOf, words } from '../pen.js';
import type { Scale } from '../scale.js';
import { SMALL } from './frame.js';

interface Mark {
  readonly ms: number;
  readonly kind: 'fault' | 'healed';
  readonly name: string;
  readonly isNamed: boolean;
}

/** The fault, and the moment at which it was undone. */
export function marksOf(
  scenario: ScenarioResult,
  scale: Scale,
  { texts }: Pen,
  isCloseUp: boolean,
): Mark[] {
  const healed = healedAt(scenario);
  const marks: readonly Mark[] = [
    { ms: 0, kind: 'fault', name: texts.timeline.fault, isNamed: true },
    ...(healed === undefined
      ? []
      : [
          {
            ms: healed,
            kind: 'healed' as const,
            name: faultTexts(texts, scenario.fault).after,
            isNamed:
              !isCloseUp &&
              scale.at(healed) - scale.at(0) > widthOf(texts.timeline.fault, SMALL * BOLD) + 10,
          },
        ]),
  ];
  return marks.filter(({ ms }) => ms >= scale.from && ms <= scale.to);
}

export function vertical(
  { ms, kind, name, isNamed }: Mark,
  scale: Scale,
  [top, bottom]: readonly [number, number],
  { colours, width }: Pen,
): XmlElement {
  const x = scale.at(ms);
  const isFault = kind === 'fault';
  const ink = isFault ? colours.down : colours.soft;
  const fits = x + 5 + widthOf(name, SMALL) <= width;
  return group({ 'data-kind': kind, 'data-at': ms }, [
    stroke(
      `M${r(x)} ${r(top - (isNamed ? 14 : 0))}V${r(bottom)}`,
      ink,
      isFault ? 2 : 1.5,
      isFault ? undefined : '3 3',
    ),
    ...(isNamed
      ? [
          words(x + (fits ? 5 : -5), top - 3, name, {
            size: SMALL,
            fill: ink,
            bold: isFault,
            anchor: fits ? 'start' : 'end',
          }),
        ]
      : []),
  ]);
}
