//! Check boxes and option buttons that lie over the cells of a sheet: form controls and ActiveX controls.
//!
//! Their state does not stand in cells, unless they are linked to one. Where they are is told by the drawing of old style
//! (`x:ClientData ObjectType="Checkbox"` with `x:Anchor`, ECMA-376 part 4), which every program writes that saves them;
//! their properties (`ctrlProp`) and ActiveX parts are looked at too, for those without a drawing. Such drawings are often
//! no well-formed XML, so they are searched as text; only the number of controls and the first cell are taken from them.

use super::package::{folder_of, links_of};
use crate::read::book::Controls;
use crate::read::gate::container::Archive;

/// ActiveX class ids of CheckBox, OptionButton and ToggleButton (MS-OFORMS 2.2).
const CLASSES: [&str; 3] = ["8BD21D40-EC42-11CE-9E0D", "8BD21D50-EC42-11CE-9E0D", "8BD21D60-EC42-11CE-9E0D"];

/// The check boxes of a sheet that are not linked to a cell; none if there are none.
pub(super) fn read(archive: &Archive<'_>, sheet: &str) -> Option<Controls> {
    let links = links_of(archive, sheet);
    let texts = |kind: &str| {
        let parts = links.targets(kind, folder_of(sheet)).filter_map(|part| archive.part(&part).ok().flatten());
        parts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect::<Vec<String>>()
    };
    let drawn: Vec<(u32, u32)> = texts("vmlDrawing").iter().flat_map(|text| drawn(text)).collect();
    let described = texts("ctrlProp").iter().filter(|text| is_loose_box(text)).count();
    let active = texts("control").iter().filter(|text| CLASSES.iter().any(|class| text.contains(class))).count();
    let count = drawn.len().max(described) + active;
    (count > 0).then(|| Controls { count, first: drawn.into_iter().min().unwrap_or((0, 0)) })
}

/// The cells under the upper left corners of the check boxes of a drawing that are not linked to a cell.
fn drawn(text: &str) -> Vec<(u32, u32)> {
    let mut cells = Vec::new();
    for data in text.split("ClientData ").skip(1) {
        let data = data.split("ClientData>").next().unwrap_or(data);
        let kind = data.split(['"', '\'']).nth(1).unwrap_or("");
        let linked = data.contains("FmlaLink>");
        if !linked && (kind.eq_ignore_ascii_case("checkbox") || kind.eq_ignore_ascii_case("radio")) {
            cells.push(anchor(data).unwrap_or((0, 0)));
        }
    }
    cells
}

/// Row and column of an anchor, `2, 5, 4, 2, …`: column, its offset, row.
fn anchor(data: &str) -> Option<(u32, u32)> {
    let numbers = data.split("Anchor>").nth(1)?;
    let mut numbers = numbers.split('<').next()?.split(',').map(|number| number.trim().parse().ok());
    let (col, _, row) = (numbers.next()??, numbers.next()?, numbers.next()??);
    Some((row, col))
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
        assert_eq!(drawn(&text.concat()), [(4, 2), (1, 3)]);
        assert!(is_loose_box("<formControlPr objectType=\"CheckBox\" checked=\"Checked\"/>"));
        assert!(!is_loose_box("<formControlPr objectType=\"CheckBox\" fmlaLink=\"$A$1\"/>"));
        assert!(!is_loose_box("<formControlPr objectType=\"Button\"/>"));
    }
}
