//! Files that cannot be read, or that are no input.

use std::path::Path;

use anyhow::Result;

use crate::grid::{self, Grid, book, write_bytes};

/// Writes them.
pub(super) fn write(dir: &Path) -> Result<()> {
    let reports = dir.join("self-reports");
    // A web page of a tally exporter, and a document, under names of workbooks.
    let page = "<html><head><meta charset=\"gb2312\"></head><body><table><tr><td>单位</td></tr></table></body></html>";
    write_bytes(&reports.join("坏文件/系统导出.xls"), &encoding_rs::GBK.encode(page).0)?;
    write_bytes(&reports.join("坏文件/扫描件.xlsx"), b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n")?;
    write_bytes(&reports.join("坏文件/说明.xlsx"), &document()?)?;
    // A transfer that broke off, and one that never began.
    let whole = book(&[Grid::written("自评表", "单位代码 | U06\n指标代码 | 完成值 | 自评得分\n1.1 | 0 | 20")])?;
    write_bytes(&reports.join("坏文件/传了一半.xlsx"), &whole[..whole.len() / 2])?;
    write_bytes(&reports.join("坏文件/空文件.xlsx"), b"")?;
    // Neither UTF-8 nor GB18030.
    write_bytes(&reports.join("坏文件/乱码.csv"), b"\xff\xff\xff\x80\xff,\xff\n\xc0\xff,1\n")?;
    // A result of the program itself, and a photo.
    let own = Grid::written("_assess", "assess.result/2").hide();
    grid::save(&reports.join("坏文件/上次的结果.xlsx"), &[Grid::written("排名", "位次 | 单位\n1 | 市财政局"), own])?;
    write_bytes(&reports.join("坏文件/盖章页.jpg"), b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xD9")?;
    // No header that anybody knows.
    let letter = Grid::written("Sheet1", "关于报送自评表的函\n市直机关工委：\n现将自评表报上，请审阅。");
    grid::save(&reports.join("坏文件/报送函.xlsx"), &[letter])?;
    // A table in no input folder.
    let stray = Grid::written("自评表", "单位代码 | U06\n指标代码 | 完成值 | 自评得分\n1.1 | 0 | 20");
    grid::save(&dir.join("市医保局自评表.xlsx"), &[stray])
}

/// A text document: a zip like a workbook, with other parts in it.
fn document() -> Result<Vec<u8>> {
    use std::io::{Cursor, Write as _};
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in [
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("word/document.xml", "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"/>"),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
