//! Findings as they were printed, taken apart again: weight, code, title, and the labelled lines below.

/// One printed finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Its weight as printed: `Error`, `错误`.
    pub(crate) weight: String,
    /// Its code.
    pub(crate) code: String,
    /// Its title.
    pub(crate) title: String,
    lines: Vec<(String, String)>,
}

impl Said {
    /// The line under a label.
    pub(crate) fn line(&self, label: &str) -> Option<&str> {
        self.lines.iter().find(|(l, _)| l == label).map(|(_, v)| v.as_str())
    }
}

/// The words of one language.
pub(crate) struct Labels {
    /// As typed after `--lang`.
    pub(crate) lang: &'static str,
    pub(crate) error: &'static str,
    pub(crate) pending: &'static str,
    pub(crate) warning: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) file: &'static str,
    pub(crate) place: &'static str,
    pub(crate) found: &'static str,
    pub(crate) expected: &'static str,
    pub(crate) also: &'static str,
    pub(crate) fix: &'static str,
    pub(crate) nearest: &'static str,
    pub(crate) quotes: (&'static str, &'static str),
}

/// Both languages.
pub(crate) const LANGUAGES: [Labels; 2] = [
    Labels {
        lang: "zh",
        error: "错误",
        pending: "待定",
        warning: "警告",
        unit: "单位",
        file: "文件",
        place: "位置",
        found: "现为",
        expected: "应为",
        also: "另见",
        fix: "处理",
        nearest: "最接近的是",
        quotes: ("「", "」"),
    },
    Labels {
        lang: "en",
        error: "Error",
        pending: "Pending",
        warning: "Warning",
        unit: "unit",
        file: "file",
        place: "at",
        found: "found",
        expected: "expected",
        also: "also",
        fix: "fix",
        nearest: "nearest",
        quotes: ("\"", "\""),
    },
];

/// Takes what was said apart into findings, in the order they were said.
pub(crate) fn findings(stderr: &str) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    for line in stderr.lines() {
        let mut words = line.splitn(3, ' ');
        if let (Some(weight), Some(code)) = (words.next(), words.next())
            && is_code(code)
            && !weight.is_empty()
        {
            let title = words.next().unwrap_or("").to_owned();
            found.push(Said { weight: weight.to_owned(), code: code.to_owned(), title, lines: Vec::new() });
            continue;
        }
        if let (Some(rest), Some(last)) = (line.strip_prefix("  "), found.last_mut())
            && let Some((label, value)) = rest.split_once("  ")
        {
            last.lines.push((label.to_owned(), text_place(value).unwrap_or_else(|| value.to_owned())));
        }
    }
    found
}

/// A place in a text file, `第 12 行第 3 列` or `line 12, column 3`, as `12:3`.
fn text_place(value: &str) -> Option<String> {
    let (line, column) = match value.strip_prefix("line ") {
        Some(rest) => rest.split_once(", column ")?,
        None => value.strip_prefix("第 ")?.strip_suffix(" 列")?.split_once(" 行第 ")?,
    };
    Some(format!("{line}:{column}"))
}

fn is_code(word: &str) -> bool {
    word.len() == 4 && word.starts_with(['E', 'W', 'N']) && word[1..].bytes().all(|b| b.is_ascii_digit())
}

/// The findings of one code.
pub(crate) fn of_code(stderr: &str, code: &str) -> Vec<Said> {
    findings(stderr).into_iter().filter(|f| f.code == code).collect()
}
