#!/usr/bin/env python3
"""Makes blank.xlsx: a look-alike of an agency's blank form, in the way office programs write one.

Shared strings for labels, styles, merged cells, a formula, column widths, a second sheet. Fixed times in the archive.
"""
import pathlib
import zipfile

LABELS = ["漏えい等報告書（様式の見本）", "報告者の名称", "法人番号", "本人の数", "原因：不正アクセス", "原因：その他", "事実経過",
          "発見者", "記入済みの欄の数", "別紙"]
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
PKG = 'http://schemas.openxmlformats.org/package/2006'


def label(cell, n, style=1):
    return f'<c r="{cell}" s="{style}" t="s"><v>{n}</v></c>'


SHEET1 = f'''{HEAD}<worksheet {MAIN} xmlns:r="{REL}"><dimension ref="A1:H12"/><sheetViews><sheetView workbookViewId="0"/></sheetViews>\
<sheetFormatPr defaultRowHeight="18"/><cols><col min="1" max="1" width="24" customWidth="1"/></cols><sheetData>\
<row r="1" ht="30" customHeight="1">{label("A1", 0)}</row>\
<row r="3">{label("A3", 1)}<c r="C3" s="2"/><c r="D3" s="2"/><c r="E3" s="2"/><c r="F3" s="2"/></row>\
<row r="4">{label("A4", 2)}<c r="C4" s="2"/></row>\
<row r="5">{label("A5", 3)}<c r="C5" s="3"/></row>\
<row r="6">{label("A6", 4)}<c r="C6" s="2"/></row>\
<row r="7">{label("A7", 5)}<c r="C7" s="2"/></row>\
<row r="9">{label("A9", 6)}</row>\
<row r="12">{label("A12", 8)}<c r="H12"><f>COUNTA(C3:C9)</f><v>0</v></c></row>\
</sheetData><mergeCells count="2"><mergeCell ref="A1:F1"/><mergeCell ref="C3:F3"/></mergeCells>\
<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'''
SHEET2 = f'{HEAD}<worksheet {MAIN}><sheetData><row r="1">{label("A1", 9)}</row></sheetData></worksheet>'
PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="{PKG}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    '</Types>',
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{PKG}/relationships"><Relationship Id="rId1" Type="{REL}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{HEAD}<workbook {MAIN} xmlns:r="{REL}"><sheets><sheet name="様式" sheetId="1" r:id="rId1"/>'
    '<sheet name="別紙" sheetId="2" r:id="rId2"/></sheets><calcPr calcId="0"/></workbook>',
    "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PKG}/relationships">'
    f'<Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{REL}/worksheet" Target="worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{REL}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId4" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/styles.xml": f'{HEAD}<styleSheet {MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0&quot;人&quot;"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="游明朝"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border/><border><left style="thin"/><right style="thin"/>'
    '<top style="thin"/><bottom style="thin"/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="0" fillId="0" borderId="1" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="1" xfId="0"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": f'{HEAD}<sst {MAIN} count="{len(LABELS)}" uniqueCount="{len(LABELS)}">'
    + "".join(f"<si><t>{text}</t></si>" for text in LABELS) + "</sst>",
    "xl/worksheets/sheet1.xml": SHEET1,
    "xl/worksheets/sheet2.xml": SHEET2,
}


def main():
    out = pathlib.Path(__file__).with_name("blank.xlsx")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text.encode("utf-8"), zipfile.ZIP_DEFLATED)


main()
