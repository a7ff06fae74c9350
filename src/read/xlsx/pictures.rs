//! Pictures of a sheet: those placed in cells, and those that lie on the sheet, with the cells they cover.
//!
//! The content of pictures is never examined. Anything that cannot be understood is not treated as a picture: a drawing
//! never makes a workbook unreadable, and a cell whose picture is missing keeps its error value.
//!
//! Excel writes a picture in a cell as an error value with a number (`vm`) that leads through the metadata of the
//! workbook to a value of its own; WPS writes the formula `DISPIMG("ID_…",1)`, whose name is listed in
//! `cellimages.xml`.

use std::collections::{BTreeMap, BTreeSet};

use super::literal::{GRID_COLS, GRID_ROWS};
use super::package::{self, Links, Package, folder_of, links_of};
use crate::read::book::{Merge, Picture};
use crate::read::budget::{Budget, Work};
use crate::read::gate::container::Archive;
use crate::read::gate::fault::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens};
use crate::shared::place::Position;

/// English metric units in a pixel and in a point.
const PIXEL: u64 = 9525;
const POINT: u64 = 12_700;
/// Pixels of a digit in the widest of the usual fonts.
const DIGIT: u64 = 8;
/// How much of a name is kept, in characters.
const NAME: usize = 60;
/// Over how many rows and columns the size of a picture is followed; a larger one covers all that come after.
const REACH: u32 = 1000;

/// Widths of columns and heights of rows, in English metric units, as far as a sheet declares them.
#[derive(Default)]
pub(super) struct Grid {
    /// By first column: last column and width.
    pub(super) columns: BTreeMap<u32, (u32, u64)>,
    /// By row.
    pub(super) rows: BTreeMap<u32, u64>,
    /// Width of all other columns.
    pub(super) column: Option<u64>,
    /// Height of all other rows.
    pub(super) row: Option<u64>,
}

impl Grid {
    /// The width of a number of digits.
    pub(super) fn width(digits: Option<&str>) -> Option<u64> {
        thousandths(digits).map(|digits| digits * DIGIT * PIXEL / 1000)
    }

    /// The height of a number of points.
    pub(super) fn height(points: Option<&str>) -> Option<u64> {
        thousandths(points).map(|points| points * POINT / 1000)
    }

    fn column(&self, col: u32) -> u64 {
        let own = self.columns.range(..=col).next_back().filter(|(_, (last, _))| col <= *last);
        own.map_or_else(|| self.column.unwrap_or(9 * DIGIT * PIXEL), |(_, (_, width))| *width)
    }

    fn row(&self, row: u32) -> u64 {
        self.rows.get(&row).copied().unwrap_or_else(|| self.row.unwrap_or(15 * POINT))
    }
}

/// The largest accepted length, in English metric units.
const LONGEST: u64 = 1 << 40;

fn size(text: Option<&str>) -> Option<u64> {
    text?.parse::<u64>().ok().map(|size| size.min(LONGEST))
}

/// A decimal such as `10.7109375`, in thousandths.
fn thousandths(text: Option<&str>) -> Option<u64> {
    let (whole, part) = text?.split_once('.').unwrap_or((text?, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
    Some(whole.min(LONGEST / 1_000_000) * 1000 + digits.parse::<u64>().ok()?)
}

/// The column or row in which a length ends that begins at the edge of another one, and how many were passed.
fn reach(first: u32, length: u64, last: u32, size: impl Fn(u32) -> u64) -> (u32, u64) {
    let mut left = length;
    for index in first..last.min(first.saturating_add(REACH)) {
        left = left.saturating_sub(size(index));
        if left == 0 {
            return (index, u64::from(index - first));
        }
    }
    (last - 1, u64::from(REACH))
}

/// The cells of a workbook that show a picture instead of a value.
#[derive(Default)]
pub(super) struct InCells {
    /// For each number that cells may use, whether it leads to a picture; `None` if the workbook has no such list.
    rich: Option<Vec<bool>>,
    /// Names of the pictures stored by WPS.
    named: BTreeSet<String>,
}

/// What a cell shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// Its value.
    Value,
    /// A picture, by its name.
    Picture(String),
    /// A picture that is not in the workbook.
    Lost,
}

impl InCells {
    /// Reads the description of pictures in cells.
    pub(super) fn read(archive: &Archive<'_>, package: &Package) -> Self {
        Self { rich: rich(archive, package), named: named(archive, package).unwrap_or_default() }
    }

    /// What a cell shows, according to its number and its formula.
    pub(super) fn of(&self, error: Option<&str>, number: Option<&str>, formula: Option<&str>) -> Shows {
        if let (Some("#VALUE!"), Some(number)) = (error, number) {
            let index = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let is_picture = |list: &Vec<bool>| index.and_then(|index| list.get(index)).copied().unwrap_or(false);
            if self.rich.as_ref().is_none_or(is_picture) {
                return Shows::Picture(String::new());
            }
        }
        let Some(name) = formula.and_then(shown_by) else { return Shows::Value };
        if self.named.contains(name) { Shows::Picture(String::new()) } else { Shows::Lost }
    }
}

/// The name in `DISPIMG("ID_…",1)`.
fn shown_by(formula: &str) -> Option<&str> {
    let bare = formula.trim().trim_start_matches('=');
    let inner = bare.strip_prefix("_xlfn.").unwrap_or(bare).strip_prefix("DISPIMG(")?;
    inner.trim_start().strip_prefix('"')?.split('"').next()
}

/// For each number that cells may use, whether it leads to a picture.
fn rich(archive: &Archive<'_>, package: &Package) -> Option<Vec<bool>> {
    let part = |kind: &str| archive.part(&package.links.target(kind, &package.folder)?).ok().flatten();
    let metadata = part("sheetMetadata")?;
    let values = part("rdRichValue").and_then(|bytes| numbers(&bytes, "rv", "s").ok()).unwrap_or_default();
    let kinds = part("rdRichValueStructure").and_then(|bytes| structures(&bytes).ok()).unwrap_or_default();
    let is_picture = |value: usize| values.get(value).and_then(|kind| kinds.get(*kind)).copied().unwrap_or(false);
    // A list that cannot be read leads nowhere.
    let list = metadata_values(&metadata).unwrap_or_default();
    Some(list.into_iter().map(|value| value.is_some_and(is_picture)).collect())
}

/// The value structures that are pictures.
fn structures(bytes: &[u8]) -> Result<Vec<bool>, Fault> {
    let mut found = Vec::new();
    each(bytes, |tag, _| {
        if tag.name() == "s" {
            found.push(matches!(tag.get("t"), Some("_localImage" | "_webimage")));
        }
    })?;
    Ok(found)
}

/// An attribute of all elements of a name, as a number.
fn numbers(bytes: &[u8], name: &str, key: &str) -> Result<Vec<usize>, Fault> {
    let mut found = Vec::new();
    each(bytes, |tag, _| {
        if tag.name() == name {
            found.push(tag.get(key).and_then(|number| number.parse().ok()).unwrap_or(usize::MAX));
        }
    })?;
    Ok(found)
}

/// The number of the rich value for each entry of the cell metadata.
fn metadata_values(bytes: &[u8]) -> Result<Vec<Option<usize>>, Fault> {
    let (mut types, mut rich, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    let mut section = "";
    each(bytes, |tag, depth| match (depth, tag.name()) {
        (2, name) => {
            let is_rich = tag.get("name") == Some("XLRICHVALUE");
            section = if name != "futureMetadata" || is_rich { name } else { "" };
        }
        (3, "metadataType") => types.push(tag.get("name") == Some("XLRICHVALUE")),
        (3, "bk") if section == "futureMetadata" => rich.push(None),
        (3, "bk") if section == "valueMetadata" => entries.push(None),
        (_, "rvb") if section == "futureMetadata" => {
            if let Some(last) = rich.last_mut() {
                *last = tag.get("i").and_then(|i| i.parse::<usize>().ok());
            }
        }
        (4, "rc") if section == "valueMetadata" => {
            let number = |key| tag.get(key).and_then(|n| n.parse::<usize>().ok());
            let own = number("t").and_then(|t| types.get(t.checked_sub(1)?)).copied().unwrap_or(false);
            if let Some(last) = entries.last_mut() {
                *last = number("v").filter(|_| own);
            }
        }
        _ => {}
    })?;
    Ok(entries.into_iter().map(|entry: Option<usize>| rich.get(entry?).copied().flatten()).collect())
}

/// Names of the pictures that WPS stores for cells.
fn named(archive: &Archive<'_>, package: &Package) -> Option<BTreeSet<String>> {
    let usual = || format!("{}cellimages.xml", package.folder);
    let part = package.links.target("cellImage", &package.folder).unwrap_or_else(usual);
    let bytes = archive.part(&part).ok().flatten()?;
    let mut names = BTreeSet::new();
    let read = each(&bytes, |tag, _| {
        if tag.name() == "cNvPr" {
            names.extend(tag.text("name"));
        }
    });
    read.ok().map(|()| names)
}

/// Calls a function with every start tag of a part and its depth.
fn each<'x>(bytes: &'x [u8], mut take: impl FnMut(&Tag<'x>, usize)) -> Result<(), Fault> {
    let mut tokens = Tokens::new(bytes)?;
    loop {
        match tokens.next()? {
            Token::Open(tag) => take(&tag, tokens.depth()),
            Token::End => return Ok(()),
            _ => {}
        }
    }
}

/// The pictures and shapes that lie on a sheet.
///
/// # Errors
/// If their number exceeds that allowed for cells.
pub(super) fn lying(
    archive: &Archive<'_>,
    sheet: &str,
    grid: &Grid,
    merges: &[Merge],
    budget: &mut Budget,
) -> Result<Vec<Picture>, Fault> {
    let mut found = Vec::new();
    for drawing in links_of(archive, sheet).targets("drawing", folder_of(sheet)) {
        let Some(bytes) = archive.part(&drawing).ok().flatten() else { continue };
        let links = links_of(archive, &drawing);
        let anchors = anchors(&bytes).unwrap_or_default();
        for anchor in anchors {
            let held = anchor.is_held(archive, &links, folder_of(&drawing));
            let Some((over, steps)) = anchor.over(grid) else { continue };
            budget.spend(Work::Cells, 1 + steps)?;
            let inside = (held && !anchor.is_absolute()).then(|| one_cell(over, merges)).flatten();
            found.push(Picture { name: anchor.name, over, inside });
        }
    }
    Ok(found)
}

/// The cell, or the merged block that looks like one, that contains some cells.
pub(super) fn one_cell(over: Merge, merges: &[Merge]) -> Option<Merge> {
    let holds = |block: &&Merge| block.holds(over.head()) && block.holds(Position::new(over.bottom, over.right));
    let single = over.top == over.bottom && over.left == over.right;
    merges.iter().find(holds).copied().or_else(|| single.then_some(over))
}

/// The position of a corner of a picture: column and row, and the offsets in them.
#[derive(Clone, Copy, Default)]
struct Corner {
    col: u32,
    col_off: u64,
    row: u32,
    row_off: u64,
}

/// An object anchored on a sheet.
#[derive(Default)]
struct Anchor {
    from: Option<Corner>,
    to: Option<Corner>,
    /// Width and height.
    extent: Option<(u64, u64)>,
    /// Distance from the corner of the sheet.
    position: Option<(u64, u64)>,
    /// Kind of the object, by the name of its element.
    object: Option<&'static str>,
    name: String,
    hidden: bool,
    /// The relationship to the bytes of the picture.
    embedded: Option<String>,
}

const ANCHORS: [&str; 3] = ["twoCellAnchor", "oneCellAnchor", "absoluteAnchor"];
const OBJECTS: [&str; 5] = ["pic", "sp", "grpSp", "cxnSp", "graphicFrame"];

/// Reads the anchors of a drawing.
fn anchors(bytes: &[u8]) -> Result<Vec<Anchor>, Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut found = Vec::new();
    loop {
        match tokens.next()? {
            Token::Open(tag) if ANCHORS.contains(&tag.name()) => found.push(anchor(&mut tokens)?),
            Token::End => return Ok(found),
            _ => {}
        }
    }
}

/// Reads the anchor whose start tag came last.
fn anchor(tokens: &mut Tokens<'_>) -> Result<Anchor, Fault> {
    let outside = tokens.depth() - 1;
    let mut anchor = Anchor::default();
    while tokens.depth() > outside {
        let Token::Open(tag) = tokens.next()? else { continue };
        let pair = |x: &str, y: &str| size(tag.get(x)).zip(size(tag.get(y)));
        match tag.name() {
            "from" if tokens.depth() == outside + 2 => anchor.from = Some(corner(tokens)?),
            "to" if tokens.depth() == outside + 2 => anchor.to = Some(corner(tokens)?),
            "ext" if tokens.depth() == outside + 2 => anchor.extent = pair("cx", "cy"),
            "pos" if tokens.depth() == outside + 2 => anchor.position = pair("x", "y"),
            "cNvPr" if anchor.name.is_empty() => {
                anchor.name = tag.text("name").unwrap_or_default().chars().take(NAME).collect();
                anchor.hidden = tag.is_true("hidden");
            }
            "blip" => anchor.embedded = package::linked(&tag, "embed"),
            name => anchor.object = anchor.object.or_else(|| OBJECTS.into_iter().find(|own| *own == name)),
        }
    }
    Ok(anchor)
}

/// Reads a corner, up to the end of its element.
fn corner(tokens: &mut Tokens<'_>) -> Result<Corner, Fault> {
    let outside = tokens.depth() - 1;
    let (mut corner, mut own) = (Corner::default(), "");
    while tokens.depth() > outside {
        match tokens.next()? {
            Token::Open(tag) => own = tag.name(),
            Token::Text(text) => {
                let text = text.trim();
                match own {
                    "col" => corner.col = text.parse().unwrap_or(0).min(GRID_COLS - 1),
                    "row" => corner.row = text.parse().unwrap_or(0).min(GRID_ROWS - 1),
                    "colOff" => corner.col_off = size(Some(text)).unwrap_or(0),
                    "rowOff" => corner.row_off = size(Some(text)).unwrap_or(0),
                    _ => {}
                }
            }
            Token::Close => own = "",
            _ => {}
        }
    }
    Ok(corner)
}

impl Anchor {
    /// Whether it is a picture whose bytes are in the workbook; a shape, a chart or a link to elsewhere is not.
    fn is_held(&self, archive: &Archive<'_>, links: &Links, folder: &str) -> bool {
        let part = self.embedded.as_ref().and_then(|id| links.part(id, folder));
        self.object == Some("pic") && part.is_some_and(|part| archive.holds(&part))
    }

    const fn is_absolute(&self) -> bool {
        self.position.is_some()
    }

    /// The cells it covers, and how many rows and columns were examined; `None` if it is invisible.
    fn over(&self, grid: &Grid) -> Option<(Merge, u64)> {
        if self.hidden || self.object.is_none() {
            return None;
        }
        let from = match (self.from, self.position) {
            (Some(from), _) => from,
            (None, Some((x, y))) => Corner { col: 0, col_off: x, row: 0, row_off: y },
            (None, None) => return None,
        };
        if let Some(to) = self.to {
            // A corner on the edge of the next cell still lies in the one before.
            let before =
                |first: u32, last: u32, off: u64| if off > 0 { last } else { last.saturating_sub(1).max(first) };
            let right = before(from.col, to.col.max(from.col), to.col_off);
            let bottom = before(from.row, to.row.max(from.row), to.row_off);
            let block = Merge { top: from.row, left: from.col, bottom, right };
            let seen =
                (to.col, to.row) != (from.col, from.row) || (to.col_off > from.col_off && to.row_off > from.row_off);
            return seen.then_some((block, 0));
        }
        let (width, height) = self.extent.filter(|(width, height)| *width > 0 && *height > 0)?;
        let column = |col| grid.column(col);
        let row = |row| grid.row(row);
        let (mut left, mut top, mut steps) = (from.col, from.row, 0);
        if self.is_absolute() {
            let (across, down) = (reach(0, from.col_off, GRID_COLS, column), reach(0, from.row_off, GRID_ROWS, row));
            (left, top, steps) = (across.0, down.0, across.1 + down.1);
        }
        let (right, across) = reach(from.col, from.col_off + width, GRID_COLS, column);
        let (bottom, down) = reach(from.row, from.row_off + height, GRID_ROWS, row);
        steps += across + down;
        Some((Merge { top, left, bottom: bottom.max(top), right: right.max(left) }, steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_ends_in_the_cell_that_holds_its_end() {
        let ten = |_| 10;
        assert_eq!(reach(2, 10, 100, ten).0, 2, "as wide as the cell");
        assert_eq!(reach(2, 11, 100, ten).0, 3);
        assert_eq!(reach(2, 35, 100, ten).0, 5);
        assert_eq!(reach(2, 1 << 40, 100, ten).0, 99);
    }

    #[test]
    fn the_name_of_a_picture_stands_in_its_formula() {
        assert_eq!(shown_by("DISPIMG(\"ID_1\",1)"), Some("ID_1"));
        assert_eq!(shown_by("_xlfn.DISPIMG(\"ID_1\",1)"), Some("ID_1"));
        assert_eq!(shown_by("IF(A1>1,DISPIMG(\"ID_1\",1))"), None);
    }
}
