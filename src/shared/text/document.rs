//! Whether two documents are identical: the normal form of a number such as 岚省文〔2025〕31号, and its issuer.
//!
//! Every comparison of document numbers uses this form, so that a variation in brackets, blanks or zeros never makes a
//! document count twice.

use unicode_normalization::UnicodeNormalization as _;

use super::{is_invisible, key};

/// The normal form of a document number: NFKC, in lower case, all brackets and dashes of one style, without blanks, 第 and
/// 号, without leading zeros of the serial.
///
/// ```
/// use assess::shared::text::document_number;
/// assert_eq!(document_number("岚省文［2025］ 第031号"), document_number("岚省文〔2025〕31"));
/// assert_ne!(document_number("岚省文〔2025〕31号"), document_number("岚省文〔2025〕310号"));
/// ```
pub fn document_number(written: &str) -> String {
    let kept = written.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c) && !matches!(c, '第' | '号' | '號'));
    let plain: String = kept.map(in_one_style).flat_map(char::to_lowercase).collect();
    without_zeros(&plain)
}

/// Brackets and dashes vary with the keyboard, not with the document.
const fn in_one_style(c: char) -> char {
    match c {
        '[' | '{' | '<' | '〔' | '【' | '〖' | '〘' | '〚' | '〈' | '《' | '「' | '⟨' | '❲' => '(',
        ']' | '}' | '>' | '〕' | '】' | '〗' | '〙' | '〛' | '〉' | '》' | '」' | '⟩' | '❳' => ')',
        '‐'..='―' | '−' | '﹣' => '-',
        _ => c,
    }
}

/// Without the zeros before a serial: the numbers after the brackets of the year, otherwise the last number.
fn without_zeros(plain: &str) -> String {
    let serial = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    let behind = plain.rfind(')').map(|at| at + 1).filter(|at| serial(&plain[*at..]));
    let last = || {
        let before = plain.trim_end_matches(|c: char| !c.is_ascii_digit());
        before.trim_end_matches(|c: char| c.is_ascii_digit()).len()
    };
    let (head, tail) = plain.split_at(behind.unwrap_or_else(last));
    let mut out = head.to_owned();
    let mut rest = tail;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let run = rest[..digits].trim_start_matches('0');
            out.push_str(if run.is_empty() { "0" } else { run });
        }
        let others = rest[digits..].find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len() - digits);
        out.push_str(&rest[digits..digits + others]);
        rest = &rest[digits + others..];
    }
    out
}

/// The parts by which documents are compared: 文号 and 发文单位.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentKey {
    number: String,
    issuer: String,
}

impl DocumentKey {
    /// `None` without a number: the document is then not identified.
    pub fn new(number: &str, issuer: &str) -> Option<Self> {
        let number = document_number(number);
        (!number.is_empty()).then(|| Self { number, issuer: key(issuer) })
    }

    /// The normal form of its number.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Whether both may be one document: equal numbers, and issuers that do not differ. A blank issuer matches any.
    pub fn is(&self, other: &Self) -> bool {
        let open = self.issuer.is_empty() || other.issuer.is_empty();
        self.number == other.number && (open || self.issuer == other.issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_document_is_known_however_its_number_is_typed() {
        for written in [
            "岚省文〔2025〕31号",
            "岚省文[2025]31号",
            "岚省文（2025）31号",
            "岚省文【2025】31号",
            "岚省文［２０２５］３１号",
            "岚省文 〔2025〕 31 号",
            "岚省文〔2025〕第31号",
            "岚省文〔2025〕031号",
            "岚省文〔2025〕第 0031 号",
            "岚省文\u{200B}〔2025〕31",
            "岚省文《2025》31號",
        ] {
            assert_eq!(document_number(written), "岚省文(2025)31", "{written}");
        }
        assert_eq!(document_number("DJ—2024—001"), document_number("dj-2024-1"));
        assert_eq!(document_number("文01"), "文1");
        assert_eq!(document_number("文〔2025〕000号"), "文(2025)0");
        assert_eq!(document_number("〔2025〕文字07号之02"), "(2025)文字7之2");
        assert_eq!(document_number(" 第 号 "), "");
    }

    #[test]
    fn other_documents_stay_other_ones() {
        let base = document_number("岚省文〔2025〕31号");
        for other in [
            "岚省文〔2024〕31号",
            "岚省文〔2025〕310号",
            "岚省文〔2025〕3号",
            "岚市文〔2025〕31号",
            "岚省文〔2025〕3-1号",
        ] {
            assert_ne!(document_number(other), base, "{other}");
        }
        assert_ne!(document_number("A01-1"), document_number("A1-1"), "only the serial loses zeros");
    }

    #[test]
    fn a_blank_issuer_is_any() {
        let of = |issuer: &str| DocumentKey::new("文1", issuer).unwrap();
        assert!(of("省委").is(&of("")) && of("").is(&of("省 委")) && of("省委").is(&of(" 省委")));
        assert!(!of("省委").is(&of("市委")));
        assert_eq!(DocumentKey::new("号", "省委"), None);
    }
}
