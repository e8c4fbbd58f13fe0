"""The house template of the Word paper: its styles, lists, header and footer, made without a binary in the package."""

from functools import lru_cache

from prioritiser.charts import theme
from prioritiser.charts.theme import digits
from prioritiser.files.scenario_files import zip_bytes

INK, BLUE, QUIET, LINE, GROUND = map(digits, (theme.INK, theme.BLUE, theme.QUIET, theme.LINE, theme.GROUND))
FONT = theme.OFFICE_FONT
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXT_WIDTH = 9638  # twentieths of a point: an A4 page less 2 cm on either side
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SPACES = f'xmlns:w="{WORD}" xmlns:r="{RELATIONS}"'
_FIRST = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BOLD, _ITALIC, _KEEP = "<w:b/><w:bCs/>", "<w:i/><w:iCs/>", "<w:keepNext/><w:keepLines/>"
_PARTS = {
    name: name.rstrip("12") for name in ("styles", "numbering", "settings", "header1", "footer1", "header2", "footer2")
}


@lru_cache(maxsize=1)
def house_template() -> bytes:
    """Make the template that papers use by themselves, a .docx that people may change in Word and give back.

    Its styles are what a paper looks like. In its header and footer {title} and {flag} stand for the paper's own,
    {flag} for as much of it as stands before a colon.
    """
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, kind in {"document": "document.main", **_PARTS}.items()
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": _relationships(
            {
                f"{RELATIONS}/officeDocument": "word/document.xml",
                f"{_PACKAGE}/relationships/metadata/core-properties": "docProps/core.xml",
            }
        ),
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Paper template</dc:title></cp:coreProperties>',
        "word/document.xml": f"<w:document {_SPACES}><w:body>{_guide()}{_page()}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(
            {f"{RELATIONS}/{kind}#{name}": f"{name}.xml" for name, kind in _PARTS.items()}
        ),
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        "word/settings.xml": _settings(),
        "word/header1.xml": f"<w:hdr {_SPACES}>{_text('Header', '{title} – {flag}')}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {_SPACES}>{_page_count()}</w:ftr>",
        "word/header2.xml": f"<w:hdr {_SPACES}>{_text('Footer', '')}</w:hdr>",
        "word/footer2.xml": f"<w:ftr {_SPACES}>{_page_count()}</w:ftr>",
    }
    return zip_bytes({name: (_FIRST + text).encode("utf-8") for name, text in files.items()})


def _relationships(targets: dict[str, str]) -> str:
    """Number the relationships from rId1 on; what follows # in a kind only tells two of one kind apart."""
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{kind.partition("#")[0]}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _text(style_id: str, text: str) -> str:
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id}"/></w:pPr>{run}</w:p>'


def _guide() -> str:
    """What people read who open the template; a paper takes its place."""
    return (
        _text("Title", "Paper template")
        + _text("Normal", "Change the styles, the header, the footer and the page as you like and give this file back.")
        + _text("ListBullet", "Keep the names of the styles. A style that is missing is added again.")
        + _text("ListBullet", "In the header and the footer {title} and {flag} become those of the paper.")
        + _text("ListBullet", "Text on this page is not kept.")
    )


def _field(code: str) -> str:
    kinds = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{kind}</w:r>" for kind in kinds)


def _page_count() -> str:
    words = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    inside = words.format("Page ") + _field("PAGE") + words.format(" of ") + _field("NUMPAGES")
    return f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{inside}</w:p>'


def _page() -> str:
    """A4 upright; the first page has the title itself and so a blank header."""
    first = len(_PARTS) - 3  # the relationship of header1
    references = "".join(
        f'<w:{part}Reference w:type="{kind}" r:id="rId{number}"/>'
        for number, (part, kind) in enumerate(
            (("header", "default"), ("footer", "default"), ("header", "first"), ("footer", "first")), first
        )
    )
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1247" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" '
        'w:footer="510" w:gutter="0"/>'
        '<w:cols w:space="708"/><w:titlePg/></w:sectPr>'
    )


def _settings() -> str:
    return (
        f'<w:settings {_SPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def _numbering() -> str:
    """Bullets in two levels, and the numbers of what a board is asked."""
    levels = (("bullet", "•", 357, "ListBullet"), ("bullet", "–", 714, ""))
    return (
        f"<w:numbering {_SPACES}>"
        f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>{_levels(levels)}'
        '</w:abstractNum><w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="singleLevel"/>'
        f"{_levels((('decimal', '%1.', 510, 'PaperRecommendation'),))}</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
        "</w:numbering>"
    )


def _levels(levels: tuple[tuple[str, str, int, str], ...]) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        + (f'<w:pStyle w:val="{style_id}"/>' if style_id else "")
        + f'<w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{levels[0][2]}"/></w:pPr></w:lvl>'
        for level, (kind, sign, left, style_id) in enumerate(levels)
    )


def _styles() -> str:
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" '
        f'w:cs="{FONT}"/><w:color w:val="{INK}"/>{_size(10.5)}<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )
    basis = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:pPr><w:widowControl/>{_spacing(0, 7, 264)}</w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    )
    return f"<w:styles {_SPACES}>{defaults}{basis}{_headings()}{_ours()}{_table_style()}</w:styles>"


def _headings() -> str:
    """Styles that Word knows by name."""
    blue = f'<w:color w:val="{BLUE}"/>'
    dots = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{TEXT_WIDTH}"/></w:tabs>'
    quiet = f'<w:color w:val="{QUIET}"/>{_size(8.5)}'
    return (
        _style("Title", f"{_KEEP}{_spacing(0, 4, 240)}", f"{_BOLD}{blue}{_size(24)}", follows="Subtitle")
        + _style("Subtitle", f"{_KEEP}{_spacing(0, 10, 252)}", f'<w:color w:val="{QUIET}"/>{_size(13)}')
        + _style("heading 1", f'{_KEEP}{_spacing(20, 5, 240)}<w:outlineLvl w:val="0"/>', f"{_BOLD}{blue}{_size(15)}")
        + _style("heading 2", f'{_KEEP}{_spacing(14, 4, 240)}<w:outlineLvl w:val="1"/>', f"{_BOLD}{_size(12)}")
        + _style("List Bullet", f'<w:numPr><w:numId w:val="1"/></w:numPr>{_spacing(0, 4, 264)}', follows="List Bullet")
        + _style("caption", f"{_KEEP}{_spacing(10, 4, 240)}", f"{_BOLD}{_size(9.5)}")
        + _style("TOC Heading", f"{_KEEP}{_spacing(20, 5, 240)}", f"{_BOLD}{blue}{_size(15)}")
        + _style("toc 1", f"{dots}{_spacing(0, 3, 252)}", follows="toc 1")
        + _style("header", f"{_border('bottom')}{_spacing(0, 0, 240)}", quiet, follows="header")
        + _style("footer", f'{_spacing(0, 0, 240)}<w:jc w:val="right"/>', quiet, follows="footer")
    )


def _ours() -> str:
    """Styles of the paper's own parts."""
    flag = "".join(_side(side, QUIET, 8, 6) for side in ("top", "left", "bottom", "right"))
    lead = f"<w:pBdr>{_side('left', BLUE, 24, 10)}</w:pBdr>"
    sides = _side("top", GROUND, 4, 5) + _side("left", BLUE, 24, 10) + _side("bottom", GROUND, 4, 5)
    asked = f'<w:pBdr>{sides}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{GROUND}"/>'
    number = '<w:numPr><w:numId w:val="2"/></w:numPr>'
    told = '<w:tabs><w:tab w:val="left" w:pos="2722"/></w:tabs>'
    quiet = f'<w:color w:val="{QUIET}"/>{_size(9)}'
    return (
        _style("Paper Flag", f"<w:pBdr>{flag}</w:pBdr>{_spacing(14, 14, 252)}{_indent(142, 142)}", _BOLD)
        + _style("Paper Masthead", f"{told}{_spacing(0, 2, 252)}{_indent(2722, 0, 2722)}", follows="Paper Masthead")
        + _style("Paper Lead", f"<w:keepLines/>{lead}{_spacing(14, 8, 264)}{_indent(284)}", f"{_BOLD}{_size(13)}")
        + _style("Paper Proof", _spacing(0, 6, 252), f'<w:color w:val="{QUIET}"/>{_size(9.5)}')
        + _style("Paper Recommendation", f"{number}{asked}{_spacing(0, 3, 264)}{_indent(794, 0, 510)}")
        + _style("Paper Finding", f"{_KEEP}{_spacing(0, 7, 264)}", f"{_BOLD}{_size(11)}")
        + _style("Paper Figure", f"<w:keepLines/>{_spacing(0, 6, 240)}")
        + _style("Paper Note", f"<w:keepLines/>{_spacing(4, 10, 240)}", quiet)
        + _style("Paper Equation", f"<w:keepLines/>{_spacing(0, 8, 264)}{_indent(567)}", _ITALIC)
        + _style("Paper Cell", _spacing(0, 0, 240), _size(9), follows="Paper Cell")
        + _style("Paper Column", "<w:keepNext/>", _BOLD, based="Paper Cell", follows="Paper Cell")
        + _style("Paper Break", '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>', _size(1))
    )


def _style(name: str, para: str, run: str = "", based: str = "Normal", follows: str = "Normal") -> str:
    """One paragraph style; its id is its name without blanks, each word with a capital."""
    own = ' w:customStyle="1"' if name.startswith("Paper ") else ""
    return (
        f'<w:style w:type="paragraph"{own} w:styleId="{_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{_id(based)}"/><w:next w:val="{_id(follows)}"/><w:uiPriority w:val="10"/><w:qFormat/>'
        f"<w:pPr>{para}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _id(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _table_style() -> str:
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 57), ("left", 85), ("bottom", 57), ("right", 85))
    )
    borders = "".join(_side(side, LINE, 4, 0) for side in ("top", "bottom", "insideH"))
    return (
        '<w:style w:type="table" w:customStyle="1" w:styleId="PaperTable"><w:name w:val="Paper Table"/>'
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="10"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{_side("bottom", BLUE, 12, 0)}</w:tcBorders>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{GROUND}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        "</w:style>"
    )


def _size(points: float) -> str:
    return f'<w:sz w:val="{points * 2:.0f}"/><w:szCs w:val="{points * 2:.0f}"/>'


def _spacing(before: float, after: float, line: int) -> str:
    """Points before and after; line: 240 is single."""
    return f'<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}" w:line="{line}" w:lineRule="auto"/>'


def _indent(left: int, right: int = 0, hanging: int = 0) -> str:
    hung = f' w:hanging="{hanging}"' if hanging else ""
    return f'<w:ind w:left="{left}" w:right="{right}"{hung}/>'


def _side(side: str, colour: str, eighths: int, space: int) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/>'


def _border(side: str) -> str:
    return f"<w:pBdr>{_side(side, LINE, 4, 4)}</w:pBdr>"
