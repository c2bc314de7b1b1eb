/** The drawings of the page, each with its words and with the tables behind it. */
import type { Colours, Pen, ReportTexts } from '../drawing/pen.js';
import { inlineSvg } from '../drawing/svg.js';
import type { Language } from '../messages.js';
import type { Drawn } from '../sections/drawn.js';
import type { SectionText } from '../sections/section.js';
import { SECTIONS } from '../sections/sections.js';

const WIDE = 920;
const PHONE = 340;

export interface Figure extends Required<SectionText> {
  readonly id: string;
  readonly wide: string;
  readonly phone: string;
}

export function figuresOf(
  drawn: Drawn,
  texts: ReportTexts,
  language: Language,
  colours: Colours,
): Figure[] {
  const pens = [WIDE, PHONE].map((width): Pen => ({ colours, texts, width }));
  return SECTIONS.flatMap(({ id: section, draw, text }) => {
    const id = drawn.prefix + section;
    const [wide, phone] = pens.map((pen) => draw(drawn, pen));
    if (!wide || !phone) return [];
    return [
      {
        id,
        remarks: [],
        ...text(drawn, texts, language),
        wide: inlineSvg(wide, `${id}-wide`, 'wide'),
        phone: inlineSvg(phone, `${id}-phone`, 'phone'),
      },
    ];
  });
}
