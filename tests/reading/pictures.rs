//! Pictures: evidence if they are in the cell, always with a warning; no value; and nothing at all if they only lie over it.

use std::io::{Cursor, Read as _, Write as _};

use crate::bench::{Bench, Ran, U01};

const DRAWING: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing";
const IMAGE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";

/// Adds parts to a workbook.
fn add(bench: &Bench, parts: &[(&str, &str)]) {
    let mut archive = zip::ZipArchive::new(Cursor::new(std::fs::read(bench.path(U01)).unwrap())).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if parts.iter().all(|(own, _)| *own != name) {
            writer.start_file(name, options).unwrap();
            writer.write_all(&bytes).unwrap();
        }
    }
    for (name, text) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    bench.write(U01, &writer.finish().unwrap().into_inner());
}

fn links(list: &[(&str, &str, &str)]) -> String {
    let links = list
        .iter()
        .map(|(id, kind, target)| format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>"));
    let space = "http://schemas.openxmlformats.org/package/2006/relationships";
    format!("<Relationships xmlns=\"{space}\">{}</Relationships>", links.collect::<String>())
}

fn corner(name: &str, (col, col_off, row, row_off): (u32, u32, u32, u32)) -> String {
    format!(
        "<xdr:{name}><xdr:col>{col}</xdr:col><xdr:colOff>{col_off}</xdr:colOff><xdr:row>{row}</xdr:row>\
         <xdr:rowOff>{row_off}</xdr:rowOff></xdr:{name}>"
    )
}

const SCAN: &str = "<xdr:pic><xdr:nvPicPr><xdr:cNvPr id=\"2\" name=\"会议记录\"/><xdr:cNvPicPr/></xdr:nvPicPr>\
    <xdr:blipFill><a:blip r:embed=\"rId1\"/></xdr:blipFill><xdr:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>\
    <a:ext cx=\"1\" cy=\"1\"/></a:xfrm></xdr:spPr></xdr:pic><xdr:clientData/>";
const SEAL: &str = "<xdr:sp><xdr:nvSpPr><xdr:cNvPr id=\"3\" name=\"公章\"/></xdr:nvSpPr></xdr:sp><xdr:clientData/>";

fn two_cells(from: (u32, u32, u32, u32), to: (u32, u32, u32, u32), object: &str) -> String {
    format!("<xdr:twoCellAnchor>{}{}{object}</xdr:twoCellAnchor>", corner("from", from), corner("to", to))
}

fn one_cell(from: (u32, u32, u32, u32), (cx, cy): (u32, u32), object: &str) -> String {
    format!("<xdr:oneCellAnchor>{}<xdr:ext cx=\"{cx}\" cy=\"{cy}\"/>{object}</xdr:oneCellAnchor>", corner("from", from))
}

/// The example with a blank cell and a drawing.
fn drawn(blank: &str, anchor: &str) -> Ran {
    let bench = Bench::new();
    bench.cell(U01, blank, "", "");
    let drawing = format!(
        "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">{anchor}</xdr:wsDr>"
    );
    let parts = [
        ("xl/worksheets/_rels/sheet1.xml.rels", &*links(&[("rId1", DRAWING, "../drawings/drawing1.xml")])),
        ("xl/drawings/drawing1.xml", &drawing),
        ("xl/drawings/_rels/drawing1.xml.rels", &links(&[("rId1", IMAGE, "../media/image1.png")])),
        ("xl/media/image1.png", "not looked at"),
    ];
    add(&bench, &parts);
    bench.run()
}

#[test]
fn a_picture_inside_the_evidence_cell_is_evidence_with_a_warning() {
    let anchors = [
        two_cells((6, 10, 3, 10), (6, 500_000, 3, 200_000), SCAN),
        // Its corner lies on the edge of the next row and column.
        two_cells((6, 0, 3, 0), (7, 0, 4, 0), SCAN),
        one_cell((6, 9525, 3, 9525), (400_000, 200_000), SCAN),
    ];
    for anchor in anchors {
        let ran = drawn("G4", &anchor);
        ran.scored("93.33", &["W235 G4"]);
        assert_eq!(ran.first("W235").found.as_deref(), Some("会议记录"));
    }
}

#[test]
fn what_only_lies_over_the_cell_is_named_and_raises_nothing() {
    let scan_linked = SCAN.replace("r:embed", "r:link");
    let anchors = [
        (two_cells((6, 10, 3, 10), (6, 500_000, 5, 10), SCAN), "会议记录"),
        (two_cells((5, 900, 2, 10), (7, 10, 3, 90_000), SCAN), "会议记录"),
        (one_cell((6, 0, 3, 0), (9_000_000, 9_000_000), SCAN), "会议记录"),
        (one_cell((6, 0, 2, 0), (300_000, 4_000_000), SCAN), "会议记录"),
        (two_cells((6, 10, 3, 10), (6, 500_000, 3, 200_000), SEAL), "公章"),
        (two_cells((6, 10, 3, 10), (6, 500_000, 3, 200_000), &scan_linked), "会议记录"),
    ];
    for (anchor, name) in anchors {
        // Without evidence 1.1 gives 0 instead of 26: 0.6 × 64 + 0.4 × 280/3 + 2.
        let ran = drawn("G4", &anchor);
        ran.scored("77.73", &["W215 G4"]);
        let message = ran.first("W215");
        assert_eq!(message.found.as_deref(), Some(name));
        assert!(message.title.contains("图片"), "{}", message.title);
    }
    // Elsewhere it is nobody's business, nor is one that nobody sees.
    let ran = drawn("G4", &two_cells((0, 0, 8, 0), (9, 0, 12, 0), SCAN));
    assert_eq!(ran.first("W215").found, None);
    let hidden = SCAN.replace("id=\"2\"", "id=\"2\" hidden=\"1\"");
    let ran = drawn("G4", &two_cells((6, 10, 3, 10), (6, 500_000, 3, 200_000), &hidden));
    assert_eq!(ran.first("W215").found, None);
}

#[test]
fn a_picture_is_no_value() {
    let at = |col| two_cells((col, 10, 3, 10), (col, 50_000, 3, 20_000), SCAN);
    for (cell, col) in [("E4", 4), ("F4", 5), ("H4", 7), ("I4", 8)] {
        let ran = drawn(cell, &at(col));
        assert!(ran.errors().contains(&format!("E236 {cell}")), "{:#?}", ran.messages);
    }
    // Beside a value, in a remark or over several cells it takes nothing away.
    drawn("J5", &at(7)).scored("93.33", &[]);
    drawn("J4", &at(9)).scored("93.33", &[]);
    drawn("I4", &two_cells((7, 0, 2, 0), (9, 0, 6, 0), SCAN)).scored("93.33", &[]);
}

const METADATA: &str = "<metadata xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
    xmlns:x=\"http://schemas.microsoft.com/office/spreadsheetml/2017/richdata\"><metadataTypes count=\"2\">\
    <metadataType name=\"XLDAPR\"/><metadataType name=\"XLRICHVALUE\"/></metadataTypes>\
    <futureMetadata name=\"XLDAPR\"><bk><extLst/></bk></futureMetadata>\
    <futureMetadata name=\"XLRICHVALUE\"><bk><extLst><ext uri=\"{3}\"><x:rvb i=\"0\"/></ext></extLst></bk>\
    <bk><extLst><ext uri=\"{3}\"><x:rvb i=\"1\"/></ext></extLst></bk></futureMetadata>\
    <valueMetadata><bk><rc t=\"2\" v=\"1\"/></bk><bk><rc t=\"2\" v=\"0\"/></bk></valueMetadata></metadata>";

/// The example whose workbook keeps rich values: `vm="1"` leads to an error, `vm="2"` to a picture.
fn rich(cell: &str, attributes: &str, content: &str) -> Ran {
    let bench = Bench::new();
    bench.cell(U01, cell, attributes, content);
    bench.part(U01, "xl/_rels/workbook.xml.rels", |xml| {
        let kinds = "http://schemas.microsoft.com/office/2017/06/relationships";
        let more = format!(
            "<Relationship Id=\"m1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/\
             sheetMetadata\" Target=\"metadata.xml\"/><Relationship Id=\"m2\" Type=\"{kinds}/rdRichValue\" \
             Target=\"richData/rdrichvalue.xml\"/><Relationship Id=\"m3\" Type=\"{kinds}/rdRichValueStructure\" \
             Target=\"richData/rdrichvaluestructure.xml\"/></Relationships>"
        );
        xml.replace("</Relationships>", &more)
    });
    let space = "xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2017/richdata\"";
    let values = format!("<rvData {space}><rv s=\"1\"><v>0</v><v>5</v></rv><rv s=\"0\"><v>4</v></rv></rvData>");
    let kinds = format!(
        "<rvStructures {space}><s t=\"_error\"><k n=\"errorType\" t=\"i\"/></s><s t=\"_localImage\">\
         <k n=\"_rvRel:LocalImageIdentifier\" t=\"i\"/></s></rvStructures>"
    );
    let parts = [
        ("xl/metadata.xml", METADATA),
        ("xl/richData/rdrichvalue.xml", &*values),
        ("xl/richData/rdrichvaluestructure.xml", &*kinds),
    ];
    add(&bench, &parts);
    bench.run()
}

#[test]
fn a_picture_placed_in_a_cell_is_told_from_an_error() {
    rich("G5", "t=\"e\" vm=\"2\"", "<v>#VALUE!</v>").scored("93.33", &["W235 G5"]);
    for vm in ["1", "3", "0", "x"] {
        rich("G5", &format!("t=\"e\" vm=\"{vm}\""), "<v>#VALUE!</v>").rejected(&["E205 G5"]);
    }
    rich("G5", "t=\"e\" vm=\"2\"", "<v>#REF!</v>").rejected(&["E205 G5"]);
    rich("G5", "t=\"e\"", "<v>#VALUE!</v>").rejected(&["E205 G5"]);
    let ran = rich("H5", "t=\"e\" vm=\"2\"", "<v>#VALUE!</v>");
    assert!(ran.errors().contains(&"E236 H5".to_owned()), "{:#?}", ran.messages);
}

#[test]
fn a_picture_that_wps_embeds_is_evidence_if_it_is_there() {
    let formula = "<f>_xlfn.DISPIMG(\"ID_0A1B\",1)</f><v>=DISPIMG(\"ID_0A1B\",1)</v>";
    let run = |cell: &str, name: &str| {
        let bench = Bench::new();
        bench.cell(U01, cell, "t=\"str\"", formula);
        let images = format!(
            "<etc:cellImages xmlns:etc=\"http://www.wps.cn/officeDocument/2017/etCustomData\" \
             xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\"><etc:cellImage><xdr:pic>\
             <xdr:nvPicPr><xdr:cNvPr id=\"2\" name=\"{name}\"/></xdr:nvPicPr></xdr:pic></etc:cellImage></etc:cellImages>"
        );
        add(&bench, &[("xl/cellimages.xml", &images)]);
        bench.run()
    };
    run("G6", "ID_0A1B").scored("93.33", &["W235 G6"]);
    run("G6", "ID_OTHER").rejected(&["E205 G6"]);
    let ran = run("H6", "ID_0A1B");
    assert!(ran.errors().contains(&"E236 H6".to_owned()), "{:#?}", ran.messages);
}
