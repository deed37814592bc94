"""Makes `templates/house/frame.docx`, the Word file with the look of every document and no words of its own.

    python tools/make_frame.py

The page, fonts, colours, styles, lists, headers and footers of Word files are decided here and nowhere else. Run it
after a change, and commit the file that it writes; a test compares the two. `policygen.formats.word.writer` puts the
documents into the frame. Lengths are in twentieths of a point, if nothing else is said.

An organisation can also open the frame in Word and change the styles there. The names of the styles, the placeholders
in double braces and the paragraph `[BODY]` must stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from policygen.formats import house
from policygen.formats.word.look import shaded
from policygen.formats.word.package import zipped

FRAME = Path(__file__).parents[1] / "templates" / "house" / "frame.docx"

THEME = {"text1": "1E2628", "text2": "56666A", "accent1": house.ACCENT.removeprefix("#").upper(), "accent2": "A33A1E",
         "accent3": "7A3E00"}
"""The colours of the theme, by Word's names for them; six hexadecimal digits each."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of the theme, or a lighter or darker one made from it."""

    name: str
    tint: int = 255
    """How far it is from white, in 255ths of the theme's colour; a small number gives a light colour."""
    shade: int = 255
    """How far it is from black, in 255ths of the theme's colour; a small number gives a dark colour."""

    @property
    def value(self) -> str:
        """Six hexadecimal digits."""
        return shaded(THEME[self.name], self.tint, self.shade)

    def named(self, attribute: str, kind: str = "theme") -> str:
        """The XML attributes of the colour: its value, for programs that ignore themes, and its name in the theme."""
        name = "themeColor" if kind == "theme" else kind
        changes = {"Tint": self.tint, "Shade": self.shade}
        return f'w:{attribute}="{self.value}" w:{name}="{self.name}"' + "".join(
            f' w:{kind}{change}="{left:02X}"' for change, left in changes.items() if left < 255)


ACCENT, TINT, RULE = Colour("accent1"), Colour("accent1", tint=0x1A), Colour("accent1", tint=0x59)
DARK_ACCENT = Colour("accent1", shade=0xBF)
"""For words on the tint, where an accent that can just be read on white is too light."""
TEXT, QUIET = Colour("text1"), Colour("text2")
ALERT, MISSING, MARKER = Colour("accent2"), Colour("accent3"), "FFE9A8"
TYPEFACE = "Calibri"
PAGE_WIDTH, PAGE_HEIGHT, SIDE, TOP, BOTTOM = 11906, 16838, 1361, 1461, 1190
TEXT_WIDTH = PAGE_WIDTH - 2 * SIDE
CLAUSE = 760
"""Indent of clauses: `12.10.10` has room before the words."""
POINT = 480
"""Indent of lettered points."""
STEP = 400
"""Indent of each level of a list."""
BOX = 200
"""Distance of the words of a box from its bar."""

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
HEADERS_AND_FOOTERS = {"header1": "rId6", "header2": "rId7", "footer1": "rId8", "footer2": "rId9"}
"""Headers and footers, with the ids of their relationships. The second of each is for the first page."""
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


# ---- small pieces of WordprocessingML ----------------------------------------------------------------------------


def spacing(before: int = 0, after: int = 0, line: int = 276) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def indent(left: int, hanging: int = 0, right: int = 0) -> str:
    return f'<w:ind w:left="{left}" w:right="{right}" w:hanging="{hanging}"/>'


def listed(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def tabs(*stops: tuple[str, int]) -> str:
    return "<w:tabs>" + "".join(f'<w:tab w:val="{kind}" w:pos="{at}"/>' for kind, at in stops) + "</w:tabs>"


def rule(side: str, colour: Colour, eighths: int, space: int = 0) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" {colour.named("color")}/>'


def letters(half_points: int = 0, colour: Colour | None = None, bold: bool = False, italic: bool = False,
            spaced: int = 0) -> str:
    return (("<w:b/><w:bCs/>" if bold else "") + ("<w:i/><w:iCs/>" if italic else "")
            + (f'<w:color {colour.named("val")}/>' if colour else "")
            + (f'<w:spacing w:val="{spaced}"/>' if spaced else "")
            + (f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>' if half_points else ""))


def filled(colour: Colour | str) -> str:
    fill = f'w:fill="{colour}"' if isinstance(colour, str) else colour.named("fill", "themeFill")
    return f'<w:shd w:val="clear" w:color="auto" {fill}/>'


def font(name: str, east_asian: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{east_asian}" w:cs="{name}"/>'


def theme_font(kind: str) -> str:
    """`major`: the typeface of headings; `minor`: that of all else."""
    return (f'<w:rFonts w:asciiTheme="{kind}HAnsi" w:hAnsiTheme="{kind}HAnsi" w:eastAsiaTheme="{kind}EastAsia" '
            f'w:cstheme="{kind}Bidi"/>')


def style_id(name: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in name.split())


def paragraph_style(name: str, based: str = "Normal", paragraph: str = "", run: str = "", following: str = "") -> str:
    return (f'<w:style w:type="paragraph" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="{style_id(based)}"/>'
            + (f'<w:next w:val="{style_id(following)}"/>' if following else "")
            + f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>")


def character_style(name: str, run: str) -> str:
    return (f'<w:style w:type="character" w:styleId="{style_id(name)}"><w:name w:val="{name}"/><w:qFormat/>'
            f"<w:rPr>{run}</w:rPr></w:style>")


def table_style(name: str, borders: str, padding: int, side: int, more: str = "") -> str:
    return (f'<w:style w:type="table" w:styleId="{style_id(name)}"><w:name w:val="{name}"/><w:qFormat/>'
            f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>'
            f'<w:top w:w="{padding}" w:type="dxa"/><w:left w:w="{side}" w:type="dxa"/>'
            f'<w:bottom w:w="{padding}" w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            f"{more}</w:style>")


# ---- styles ------------------------------------------------------------------------------------------------------


def headings() -> list[str]:
    first = "<w:keepNext/><w:keepLines/>" + listed(1, 0)
    plain = "<w:keepNext/><w:keepLines/>" + listed(0, 0)
    second = f"<w:keepNext/><w:keepLines/>{spacing(140, 60)}{{}}" + '<w:outlineLvl w:val="1"/>'
    look = theme_font("major") + letters(30, ACCENT, bold=True)
    return [
        paragraph_style("Title", "Normal", "<w:keepNext/><w:keepLines/>" + spacing(0, 40, 240),
                        theme_font("major") + letters(52, ACCENT, bold=True), "Subtitle"),
        paragraph_style("Title Alone", "Title", spacing(0, 240, 240), following="Body Text"),
        paragraph_style("Subtitle", "Normal", "<w:keepNext/>" + spacing(0, 200, 252), letters(28, QUIET), "Body Text"),
        paragraph_style("heading 1", "Normal", first + spacing(360, 120, 252) + indent(CLAUSE, CLAUSE)
                        + '<w:outlineLvl w:val="0"/>', look, "Clause"),
        paragraph_style("Heading 1 Plain", "heading 1", plain + indent(0), following="Body Text"),
        paragraph_style("Short Heading", "Heading 1 Plain", spacing(110, 20, 240), letters(24), "Short Bullet"),
        paragraph_style("Lettered Heading", "heading 1", listed(4, 0) + spacing(130, 20, 252) + indent(POINT, POINT),
                        letters(26), "Point"),
        paragraph_style("Cover Heading", "Heading 1 Plain", spacing(240, 100) + '<w:outlineLvl w:val="1"/>',
                        letters(26), "Body Text"),
        paragraph_style("heading 2", "Normal", second.format(indent(CLAUSE)),
                        theme_font("major") + letters(23, ACCENT, bold=True), "Clause Text"),
        paragraph_style("Heading 2 Plain", "heading 2", indent(0), following="Body Text"),
        paragraph_style("Clause Heading", "heading 2", listed(1, 1) + spacing(200, 60) + indent(CLAUSE, CLAUSE),
                        following="Clause Paragraph"),
        paragraph_style("heading 3", "heading 2", '<w:outlineLvl w:val="2"/>', letters(21), "Clause Text"),
    ]


def words(name: str, left: int, before: int = 120) -> str:
    """The style of indented words without a label."""
    return paragraph_style(name, "Body Text", spacing(before, before) + indent(left))


def item(name: str, number: int, level: int, left: int, hanging: int = STEP, before: int = 50) -> str:
    """The style of a paragraph with a label: `left` is the indent of its words, its label stands `hanging` before."""
    return paragraph_style(name, "Body Text", listed(number, level) + spacing(before, before) + indent(left, hanging))


def clauses_and_lists() -> list[str]:
    return [
        paragraph_style("Body Text", "Normal", spacing(120, 120)),
        item("Clause", 1, 1, CLAUSE, CLAUSE, 120), item("Clause Paragraph", 1, 2, CLAUSE, CLAUSE, 100),
        words("Clause Text", CLAUSE),
        item("Lettered List", 1, 3, CLAUSE + STEP), item("Lettered List 2", 1, 4, CLAUSE + 2 * STEP),
        item("Clause Bullet", 2, 2, CLAUSE + STEP), item("Clause Bullet 2", 2, 3, CLAUSE + 2 * STEP),
        words("Clause List Text", CLAUSE + STEP), words("Clause List Text 2", CLAUSE + 2 * STEP),
        item("Bullet List", 2, 0, STEP), item("Bullet List 2", 2, 1, 2 * STEP),
        item("Loose Lettered List", 3, 4, CLAUSE + STEP), item("Loose Lettered List 2", 3, 5, CLAUSE + 2 * STEP),
        item("Body Lettered List", 3, 0, STEP), item("Body Lettered List 2", 3, 1, 2 * STEP),
        words("List Text", STEP), words("List Text 2", 2 * STEP),
        paragraph_style("Short Bullet", "Body Text", listed(2, 6) + spacing(20, 20, 240) + indent(STEP, STEP),
                        letters(20)),
        paragraph_style("Point", "Body Text", listed(4, 1) + spacing(20, 20, 252) + indent(POINT, POINT)),
        words("Point Text", POINT, 40),
        item("Point Lettered List", 4, 2, POINT + STEP, before=40),
        item("Point Lettered List 2", 4, 3, POINT + 2 * STEP, before=40),
        item("Point Bullet", 2, 7, POINT + STEP, before=40), item("Point Bullet 2", 2, 8, POINT + 2 * STEP, before=40),
        words("Point List Text", POINT + STEP, 40), words("Point List Text 2", POINT + 2 * STEP, 40),
    ]


def notes() -> list[str]:
    """The notes of the annotated copy, which say why a clause is there. A gap ends the chain of `keepNext`."""
    bar = "<w:keepNext/><w:keepLines/><w:pBdr>" + rule("left", RULE, 18, 8) + "</w:pBdr>" + spacing(60, 0, 252)
    return [paragraph_style("Note", "Normal", bar + indent(POINT + BOX), letters(18, QUIET)),
            paragraph_style("Clause Note", "Note", indent(CLAUSE + BOX)),
            box_paragraph("Box Note", "Box Text", "", 0, run=letters(18, QUIET))]


def box_paragraph(name: str, based: str, start: str, depth: int, hanging: int = 0, more: str = "",
                  run: str = "") -> str:
    # An indent moves the left border too. A larger distance from the words puts it back where the other bars are.
    out = 8 + (depth * STEP - hanging) // 20
    borders = ("<w:pBdr>" + rule("top", TINT, 2, 4) + rule("left", ACCENT, 36, out) + rule("bottom", TINT, 2, 4)
               + rule("right", TINT, 2, 6) + "</w:pBdr>")
    return paragraph_style(name, based, start + borders + filled(TINT)
                           + spacing(160 if name == "Box Heading" else 0, 0, 280)
                           + indent(BOX + depth * STEP, hanging, 140) + more, run)


def boxes() -> list[str]:
    # Word joins the boxes of neighbouring paragraphs only if their borders and indents agree, so a list may stand
    # apart. Therefore no space between the paragraphs, and borders in the tint's colour above and below each: joined
    # or not, the box looks whole. The empty paragraph after it ends the chain of `keepNext`.
    keep = "<w:keepNext/><w:keepLines/>"
    return [
        box_paragraph("Box Text", "Normal", keep, 0),
        box_paragraph("Box Heading", "Box Text", "", 0, more='<w:outlineLvl w:val="1"/>',
                      run=theme_font("major") + letters(23, DARK_ACCENT, bold=True)),
        box_paragraph("Box Bullet", "Box Text", listed(2, 4), 1, STEP),
        box_paragraph("Box Bullet 2", "Box Text", listed(2, 5), 2, STEP),
        box_paragraph("Box Lettered List", "Box Text", listed(3, 2), 1, STEP),
        box_paragraph("Box Lettered List 2", "Box Text", listed(3, 3), 2, STEP),
        box_paragraph("Box List Text", "Box Text", "", 1),
        paragraph_style("Gap", "Normal", spacing(0, 0, 180), letters(12)),
        # The last gap of all: it must not begin a page of its own.
        paragraph_style("End", "Gap", spacing(0, 0, 180), letters(2)),
    ]


def tables_and_forms() -> list[str]:
    small = spacing(0, 0, 259)
    line = "<w:pBdr>" + rule("bottom", QUIET, 6, 1) + "</w:pBdr>"
    header = (f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{rule("bottom", ACCENT, 8)}</w:tcBorders>'
              f'{filled(TINT)}<w:vAlign w:val="bottom"/></w:tcPr>'
              "</w:tblStylePr>")
    grid = "".join(rule(side, QUIET, 4) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    thin = rule("top", RULE, 4) + rule("bottom", RULE, 4) + rule("insideH", RULE, 4)
    return [
        paragraph_style("Table Text", "Normal", small, letters(20)),
        paragraph_style("Table Heading", "Table Text", "<w:keepNext/>", letters(20, DARK_ACCENT, bold=True)),
        paragraph_style("Control text", "Table Text"),
        paragraph_style("Control Label", "Table Text", "", letters(20, ACCENT, bold=True)),
        paragraph_style("Fields Title", "Normal", "<w:keepNext/>" + spacing(120, 0),
                        theme_font("major") + letters(23, ACCENT, bold=True)),
        paragraph_style("Field Label", "Normal", "<w:keepNext/>" + spacing(80, 0, 240) + indent(0, right=100)),
        paragraph_style("Second Label", "Field Label", indent(130)),
        paragraph_style("Field Line", "Field Label", line + indent(0)),
        paragraph_style("Field Tick", "Field Label", indent(454, 454)),
        table_style("House Table", thin, 60, 100, header),
        table_style("Form Table", grid, 40, 90, '<w:tcPr><w:vAlign w:val="center"/></w:tcPr>' + header),
        table_style("House Control", thin, 40, 100),
        table_style("House Form", "", 30, 0, '<w:tcPr><w:vAlign w:val="bottom"/></w:tcPr>'),
    ]


def contents_headers_and_footers() -> list[str]:
    small = letters(17, QUIET)
    bar = "<w:pBdr>" + rule("bottom", ACCENT, 24, 5) + "</w:pBdr>"
    return [
        paragraph_style("TOC Heading", "Normal", "<w:keepNext/>" + spacing(240, 80),
                        theme_font("major") + letters(26, ACCENT, bold=True)),
        paragraph_style("toc 1", "Normal", tabs(("left", CLAUSE)) + spacing(0, 30) + indent(CLAUSE, CLAUSE)),
        paragraph_style("header", "Normal", "<w:pBdr>" + rule("bottom", RULE, 4, 4) + "</w:pBdr>"
                        + tabs(("right", TEXT_WIDTH)) + spacing(170, 60, 240), small),
        paragraph_style("First Header", "header", bar + spacing(340, 0, 240)),
        # The logo takes the room above the bar, so that a form with a logo still has its one page.
        paragraph_style("Logo", "First Header", spacing(0, 0, 240)),
        paragraph_style("footer", "Normal", "<w:pBdr>" + rule("top", RULE, 4, 4) + "</w:pBdr>"
                        + tabs(("right", TEXT_WIDTH)) + spacing(0, 0, 240), small),
        character_style("Draft mark", letters(24, ALERT, bold=True, spaced=40)),
        character_style("Placeholder Text", letters(colour=QUIET)),
        character_style("Blank", letters(colour=MISSING, bold=True) + filled(MARKER)),
        character_style("Strong", "<w:b/><w:bCs/>"),
        character_style("Emphasis", "<w:i/><w:iCs/>"),
        character_style("Hyperlink", letters(colour=DARK_ACCENT)),
        character_style("Tick Box", font("Segoe UI Symbol", "MS Gothic") + letters(36)),
    ]


def styles() -> str:
    # Font, size and colour stand in Normal, not in the defaults: in tables, LibreOffice puts the defaults above
    # character styles.
    defaults = ('<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="ar-SA"/></w:rPr>'
                "</w:rPrDefault><w:pPrDefault/></w:docDefaults>")
    normal = ('<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
              f"<w:pPr><w:widowControl/>{spacing()}</w:pPr>"
              f"<w:rPr>{theme_font('minor')}{letters(21, TEXT)}</w:rPr></w:style>")
    all_styles = [normal, *headings(), *clauses_and_lists(), *boxes(), *notes(), *tables_and_forms(),
                  *contents_headers_and_footers()]
    return f'<w:styles xmlns:w="{WORD}">{defaults}{"".join(all_styles)}</w:styles>'


# ---- lists -------------------------------------------------------------------------------------------------------


def level(at: int, style: str, form: str, text: str, left: int, hanging: int, run: str = "") -> str:
    link = f'<w:pStyle w:val="{style_id(style)}"/>' if style else ""
    return (f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{link}<w:suff w:val="tab"/>'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr>{tabs(("num", left))}'
            f"{indent(left, hanging)}</w:pPr><w:rPr>{run}</w:rPr></w:lvl>")


def multilevel(number: int, levels: list[str]) -> str:
    return (f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="5C66{number:04X}"/>'
            f'<w:multiLevelType w:val="multilevel"/>{"".join(levels)}</w:abstractNum>')


def numbering() -> str:
    tinted = letters(colour=DARK_ACCENT)  # some stand on the tint
    clauses = [level(0, "heading 1", "decimal", "%1.", CLAUSE, CLAUSE),
               level(1, "Clause", "decimal", "%1.%2", CLAUSE, CLAUSE, tinted),
               level(2, "Clause Paragraph", "decimal", "%1.%2.%3", CLAUSE, CLAUSE, tinted),
               level(3, "Lettered List", "lowerLetter", "(%4)", CLAUSE + STEP, STEP, tinted),
               level(4, "Lettered List 2", "lowerLetter", "(%5)", CLAUSE + 2 * STEP, STEP, tinted)]
    # No stop behind the section's number, so that references print `3(b)`.
    points = [level(0, "Lettered Heading", "decimal", "%1", POINT, POINT),
              level(1, "Point", "lowerLetter", "(%2)", POINT, POINT, tinted),
              level(2, "Point Lettered List", "lowerLetter", "(%3)", POINT + STEP, STEP, tinted),
              level(3, "Point Lettered List 2", "lowerLetter", "(%4)", POINT + 2 * STEP, STEP, tinted)]
    # Each style with the indent of its words. Order and indents must be those of the styles above.
    bulleted = [("Bullet List", STEP), ("Bullet List 2", 2 * STEP), ("Clause Bullet", CLAUSE + STEP),
                ("Clause Bullet 2", CLAUSE + 2 * STEP), ("Box Bullet", BOX + STEP), ("Box Bullet 2", BOX + 2 * STEP),
                ("Short Bullet", STEP), ("Point Bullet", POINT + STEP), ("Point Bullet 2", POINT + 2 * STEP)]
    bullets = [level(at, name, "bullet", "–" if name.endswith("2") else "•", left, STEP, tinted)
               for at, (name, left) in enumerate(bulleted)]
    lettered = [("Body Lettered List", STEP), ("Body Lettered List 2", 2 * STEP), ("Box Lettered List", BOX + STEP),
                ("Box Lettered List 2", BOX + 2 * STEP), ("Loose Lettered List", CLAUSE + STEP),
                ("Loose Lettered List 2", CLAUSE + 2 * STEP)]
    letterings = [level(at, name, "lowerLetter", f"(%{at + 1})", left, STEP, tinted)
                  for at, (name, left) in enumerate(lettered)]
    lists = [clauses, bullets, letterings, points]
    return (f'<w:numbering xmlns:w="{WORD}">' + "".join(multilevel(at, levels) for at, levels in enumerate(lists))
            + "".join(f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>' for at in range(len(lists)))
            + "</w:numbering>")


# ---- the page ----------------------------------------------------------------------------------------------------


def run(text: str, style: str = "") -> str:
    look = f'<w:rPr><w:rStyle w:val="{style_id(style)}"/></w:rPr>' if style else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def field(instruction: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return (f'{mark("begin")}<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
            f'{mark("separate")}{run("1")}{mark("end")}')


def paragraph(style: str, *runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id(style)}"/></w:pPr>{"".join(runs)}</w:p>'


def document() -> str:
    references = "".join(f'<w:{name[:-1]}Reference w:type="{pages}" r:id="{identity}"/>' for pages, (name, identity)
                         in zip(("default", "first") * 2, HEADERS_AND_FOOTERS.items()))
    page = (f'<w:sectPr>{references}<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
            f'<w:pgMar w:top="{TOP}" w:right="{SIDE}" w:bottom="{BOTTOM}" w:left="{SIDE}" w:header="510" '
            'w:footer="624" w:gutter="0"/><w:titlePg/></w:sectPr>')
    return (f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}" xmlns:w14="{WORD_2010}" xmlns:mc="{COMPATIBILITY}" '
            'mc:Ignorable="w14"><w:body>'
            + paragraph("Title", run("{{ title }}")) + paragraph("Subtitle", run("{{ organisation }}"))
            + paragraph("Body Text", run("[BODY]")) + page + "</w:body></w:document>")


def header() -> str:
    return (f'<w:hdr xmlns:w="{WORD}">'
            + paragraph("header", run("{% if draft %}DRAFT{% endif %}", "Draft mark"),
                        run("{% if draft %}  ·  {% endif %}"), run("{{ organisation }}"),
                        run("{% if organisation %}  ·  {% endif %}"), run("{{ title }}")) + "</w:hdr>")


def first_header() -> str:
    """The header of the first page, without title and organisation, which stand below it."""
    return (f'<w:hdr xmlns:w="{WORD}">'
            + paragraph("First Header", run("{% if draft %}DRAFT{% endif %}", "Draft mark"), "<w:r><w:tab/></w:r>",
                        run("{{ logo }}")) + "</w:hdr>")


def footer() -> str:
    tab = "<w:r><w:tab/></w:r>"
    return (f'<w:ftr xmlns:w="{WORD}">'
            + paragraph("footer", run("{{ edition_line }}"), tab, run("Page "), field("PAGE"), run(" of "),
                        field("NUMPAGES")) + "</w:ftr>")


def settings() -> str:
    names = {"bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2", "hyperlink": "hyperlink",
             "followedHyperlink": "followedHyperlink"} | {f"accent{at}": f"accent{at}" for at in range(1, 7)}
    mapped = " ".join(f'w:{slot}="{colour}"' for slot, colour in names.items())
    return (f'<w:settings xmlns:w="{WORD}"><w:defaultTabStop w:val="680"/>'
            '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
            'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
            f'<w:themeFontLang w:val="en-GB"/><w:clrSchemeMapping {mapped}/><w:decimalSymbol w:val="."/>'
            '<w:listSeparator w:val=","/></w:settings>')


def fonts() -> str:
    """Typefaces to use where a machine lacks ours; their letters have the same width."""
    return (f'<w:fonts xmlns:w="{WORD}"><w:font w:name="Calibri"><w:altName w:val="Carlito"/>'
            '<w:panose1 w:val="020F0502020204030204"/><w:charset w:val="00"/><w:family w:val="swiss"/>'
            '<w:pitch w:val="variable"/></w:font><w:font w:name="Cambria"><w:altName w:val="Caladea"/>'
            '<w:panose1 w:val="02040503050406030204"/><w:charset w:val="00"/><w:family w:val="roman"/>'
            '<w:pitch w:val="variable"/></w:font><w:font w:name="Segoe UI Symbol"><w:altName w:val="MS Gothic"/>'
            '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>')


def theme() -> str:
    """The colours that Word offers first. Word requires the part, and in it three fills, lines and effects."""
    colours = {"dk1": TEXT.value, "lt1": "FFFFFF", "dk2": QUIET.value, "lt2": "F2F2F2", "accent1": ACCENT.value,
               "accent2": ALERT.value, "accent3": MISSING.value, "accent4": QUIET.value, "accent5": TEXT.value,
               "accent6": "3B5B92", "hlink": ACCENT.value, "folHlink": QUIET.value}
    scheme = "".join(f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>' for name, colour in colours.items())
    font_of = "".join(f'<a:{kind} typeface="{TYPEFACE}"/>' for kind in ("latin", "ea", "cs"))
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (f'<a:theme xmlns:a="{DRAWING}" name="House"><a:themeElements>'
            f'<a:clrScheme name="House">{scheme}</a:clrScheme><a:fontScheme name="House">'
            f'<a:majorFont>{font_of}</a:majorFont><a:minorFont>{font_of}</a:minorFont></a:fontScheme>'
            f'<a:fmtScheme name="House"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
            f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
            f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>")


# ---- the package -------------------------------------------------------------------------------------------------


def content_types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {"document.main": "document", "styles": "styles", "numbering": "numbering", "settings": "settings",
             "fontTable": "fontTable"}
    overrides = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{word}.{name[:-1]}+xml"/>'
                        for name in HEADERS_AND_FOOTERS)
    return (f'<Types xmlns="{PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            + "".join(f'<Override PartName="/word/{name}.xml" ContentType="{word}.{kind}+xml"/>'
                      for kind, name in kinds.items())
            + overrides + '<Override PartName="/word/theme1.xml" '
              'ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
              '<Override PartName="/docProps/core.xml" '
              'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>')


def relationships(*targets: tuple[str, str]) -> str:
    return (f'<Relationships xmlns="{PACKAGE}/relationships">'
            + "".join(f'<Relationship Id="rId{at}" Type="{kind}" Target="{target}"/>'
                      for at, (kind, target) in enumerate(targets, 1)) + "</Relationships>")


def core() -> str:
    return (f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>en-GB</dc:language></cp:coreProperties>')


def frame() -> bytes:
    """The whole Word file."""
    inner = (("styles", "styles"), ("numbering", "numbering"), ("settings", "settings"), ("fontTable", "fontTable"),
             ("theme", "theme1"), *((name[:-1], name) for name in HEADERS_AND_FOOTERS))
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships((f"{OFFICE}/officeDocument", "word/document.xml"),
                                     (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")),
        "docProps/core.xml": core(),
        "word/_rels/document.xml.rels": relationships(*((f"{OFFICE}/{kind}", f"{name}.xml") for kind, name in inner)),
        "word/document.xml": document(), "word/styles.xml": styles(), "word/numbering.xml": numbering(),
        "word/settings.xml": settings(), "word/fontTable.xml": fonts(), "word/header1.xml": header(),
        "word/header2.xml": first_header(), "word/footer1.xml": footer(), "word/footer2.xml": footer(),
        "word/theme1.xml": theme(),
    }
    return zipped({name: (DECLARATION + xml).encode() for name, xml in parts.items()})


if __name__ == "__main__":
    FRAME.parent.mkdir(parents=True, exist_ok=True)
    FRAME.write_bytes(frame())
    print(FRAME)
