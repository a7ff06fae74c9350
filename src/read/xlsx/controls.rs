//! Check boxes and option buttons that lie over the cells of a sheet: form controls and ActiveX controls.
//!
//! Their state is not in the cells, unless they are linked to one. Where they are, and whether they are checked, is
//! recorded in the old-style drawing (`x:ClientData ObjectType="Checkbox"` with `x:Anchor` and `x:Checked`, ECMA-376
//! part 4, 19.4), which every program that saves them writes; their properties (`ctrlProp`) and ActiveX parts are
//! examined too, for controls without a drawing. Such drawings are often not well-formed XML, so they are searched as
//! text.
//!
//! States count only if nothing is in doubt: every control has a drawing, lies inside one cell without another control,
//! and the properties, if present, give the same number of checked controls.

use super::package::{folder_of, links_of};
use crate::read::book::{CheckBox, Controls};
use crate::read::gate::container::Archive;
use crate::shared::place::Position;

/// ActiveX class ids of CheckBox, OptionButton and ToggleButton (MS-OFORMS 2.2).
const CLASSES: [&str; 3] = ["8BD21D40-EC42-11CE-9E0D", "8BD21D50-EC42-11CE-9E0D", "8BD21D60-EC42-11CE-9E0D"];

/// The check boxes of a sheet that are not linked to a cell; `None` if there are none.
pub(in crate::read) fn read(archive: &Archive<'_>, sheet: &str) -> Option<Controls> {
    let links = links_of(archive, sheet);
    let texts = |kind: &str| {
        let parts = links.targets(kind, folder_of(sheet)).filter_map(|part| archive.part(&part).ok().flatten());
        parts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect::<Vec<String>>()
    };
    let drawn: Vec<Drawn> = texts("vmlDrawing").iter().flat_map(|text| drawn(text)).collect();
    let described: Vec<String> = texts("ctrlProp").into_iter().filter(|text| is_loose_box(text)).collect();
    let active = texts("control").iter().filter(|text| CLASSES.iter().any(|class| text.contains(class))).count();
    let count = drawn.len().max(described.len()) + active;
    let first = drawn.iter().map(|own| own.corner).min().unwrap_or_default();
    let whole = count == drawn.len() && (described.is_empty() || agree(&drawn, &described));
    (count > 0).then(|| Controls { count, first, boxes: states(&drawn).filter(|_| whole) })
}

/// A check box that is not linked to a cell, as described by a drawing.
#[derive(Debug, PartialEq, Eq)]
struct Drawn {
    /// The cell under its upper left corner.
    corner: Position,
    /// Whether it lies entirely in that cell.
    inside: bool,
    /// Whether it is checked; `None` in the mixed state.
    checked: Option<bool>,
}

/// Whether properties and drawing agree on the number of checked controls and of mixed ones.
fn agree(drawn: &[Drawn], described: &[String]) -> bool {
    let says = |state: &str| {
        let spelt = [format!("checked=\"{state}\""), format!("checked='{state}'")];
        described.iter().filter(|text| spelt.iter().any(|own| text.contains(own.as_str()))).count()
    };
    let count = |state: Option<bool>| drawn.iter().filter(|own| own.checked == state).count();
    drawn.len() == described.len() && says("Checked") == count(Some(true)) && says("Mixed") == count(None)
}

/// The states of all check boxes by their cells.
fn states(drawn: &[Drawn]) -> Option<Vec<CheckBox>> {
    let state = |own: &Drawn| own.checked.filter(|_| own.inside).map(|checked| CheckBox { at: own.corner, checked });
    let mut boxes: Vec<CheckBox> = drawn.iter().map(state).collect::<Option<_>>()?;
    boxes.sort_unstable();
    let alone = boxes.windows(2).all(|pair| pair[0].at != pair[1].at);
    alone.then_some(boxes)
}

/// The check boxes of a drawing that are not linked to a cell.
fn drawn(text: &str) -> Vec<Drawn> {
    let mut cells = Vec::new();
    for data in text.split("ClientData ").skip(1) {
        let data = data.split("ClientData>").next().unwrap_or(data);
        let kind = data.split(['"', '\'']).nth(1).unwrap_or("");
        let linked = data.contains("FmlaLink>");
        if !linked && (kind.eq_ignore_ascii_case("checkbox") || kind.eq_ignore_ascii_case("radio")) {
            let checked = match within(data, "Checked") {
                None | Some("0") => Some(false),
                Some("1" | "") => Some(true),
                Some(_) => None,
            };
            let anchor = within(data, "Anchor").and_then(anchor);
            let (corner, inside) = anchor.unwrap_or_default();
            cells.push(Drawn { corner, inside, checked });
        }
    }
    cells
}

/// The text of an element; empty if the element is.
fn within<'d>(data: &'d str, name: &str) -> Option<&'d str> {
    let text = data.split(&format!("{name}>")).nth(1).and_then(|rest| rest.split('<').next());
    text.map(str::trim).or_else(|| data.contains(&format!("{name}/>")).then_some(""))
}

/// The cell under the upper left corner of an anchor, and whether all of it lies in that cell: column, offset, row,
/// offset of both corners. A corner on the edge of the next cell does not lie in it.
fn anchor(numbers: &str) -> Option<(Position, bool)> {
    let numbers: Vec<u32> = numbers.split(',').map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
    let [col, _, row, _, last_col, right, last_row, bottom] = numbers[..] else { return None };
    let inside = |first: u32, last: u32, offset: u32| last == first || last == first + 1 && offset == 0;
    Some((Position { row, col }, inside(col, last_col, right) && inside(row, last_row, bottom)))
}

/// Whether the properties of a control are those of a check box or option button that is not linked to a cell.
fn is_loose_box(text: &str) -> bool {
    let kind = ["\"CheckBox\"", "\"Radio\"", "'CheckBox'", "'Radio'"].iter().any(|kind| text.contains(kind));
    kind && !text.contains("fmlaLink=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_says_where_its_boxes_are() {
        let one = |kind: &str, anchor: &str, more: &str| {
            format!(
                "<v:shape><br><x:ClientData ObjectType=\"{kind}\"><x:Anchor>\n {anchor}</x:Anchor>{more}</x:ClientData></v:shape>"
            )
        };
        let text = [
            one("Checkbox", "2, 5, 4, 2, 3, 5, 5, 2", "<x:Checked>1</x:Checked>"),
            one("Note", "9, 5, 9, 2, 3, 5, 5, 2", ""),
            one("Radio", "3, 5, 1, 2, 3, 5, 5, 2", ""),
            one("Checkbox", "1, 5, 1, 2, 3, 5, 5, 2", "<x:FmlaLink>$A$1</x:FmlaLink>"),
        ];
        let one = |(row, col), inside, checked| Drawn { corner: Position { row, col }, inside, checked };
        assert_eq!(drawn(&text.concat()), [one((4, 2), false, Some(true)), one((1, 3), false, Some(false))]);
        assert!(is_loose_box("<formControlPr objectType=\"CheckBox\" checked=\"Checked\"/>"));
        assert!(!is_loose_box("<formControlPr objectType=\"CheckBox\" fmlaLink=\"$A$1\"/>"));
        assert!(!is_loose_box("<formControlPr objectType=\"Button\"/>"));
    }

    #[test]
    fn states_count_where_nothing_is_in_doubt() {
        let own = |anchor: &str, more: &str| {
            format!("<x:ClientData ObjectType=\"Checkbox\"><x:Anchor>{anchor}</x:Anchor>{more}</x:ClientData>")
        };
        let checked = "<x:Checked>1</x:Checked>";
        let at = |row, col, checked| CheckBox { at: Position { row, col }, checked };
        let read = |texts: &[String]| states(&drawn(&texts.concat()));
        let (inside, edge) = ("2, 5, 4, 2, 2, 25, 4, 18", "3, 0, 4, 0, 4, 0, 5, 0");
        let both = [own(inside, checked), own(edge, "")];
        assert_eq!(read(&both), Some(vec![at(4, 2, true), at(4, 3, false)]));
        // Over two cells, twice in one, neither checked nor unchecked, without a place.
        assert_eq!(read(&[own("2, 5, 4, 2, 3, 25, 4, 18", "")]), None);
        assert_eq!(read(&[own(inside, ""), own(inside, checked)]), None);
        assert_eq!(read(&[own(inside, "<x:Checked>2</x:Checked>")]), None);
        assert_eq!(read(&[own("", "")]), None);
        let described = |states: [&str; 2]| states.map(|state| format!("<formControlPr {state}/>")).to_vec();
        let drawn = drawn(&both.concat());
        assert!(agree(&drawn, &described(["checked=\"Checked\"", ""])));
        assert!(!agree(&drawn, &described(["", ""])));
        assert!(!agree(&drawn, &described(["checked=\"Checked\"", "checked=\"Checked\""])));
    }
}
