//! Symbol fonts: the stored character is a letter, the visible one a tick, a cross or a box.
//!
//! The tables contain the signs with which forms are ticked, according to the fonts' makers. Other characters of these
//! fonts are pictures of something else and never the letters they are stored as, so they become the replacement
//! character.

/// The known symbol fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Symbols {
    Wingdings,
    Wingdings2,
    Wingdings3,
    Webdings,
    Marlett,
}

impl Symbols {
    /// The font with a name, if it is a symbol font.
    pub(in crate::read) fn named(name: &str) -> Option<Self> {
        let flat: String = name.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        Some(match flat.as_str() {
            "wingdings" => Self::Wingdings,
            "wingdings2" => Self::Wingdings2,
            "wingdings3" => Self::Wingdings3,
            "webdings" => Self::Webdings,
            "marlett" => Self::Marlett,
            _ => return None,
        })
    }

    /// Pairs of stored character and visible sign.
    const fn signs(self) -> &'static [(char, char)] {
        match self {
            Self::Wingdings => &[
                ('\u{FC}', '✓'),
                ('\u{FB}', '✗'),
                ('\u{FE}', '☑'),
                ('\u{FD}', '☒'),
                ('o', '□'),
                ('p', '□'),
                ('q', '□'),
                ('r', '□'),
                ('\u{A8}', '□'),
                ('n', '■'),
                ('l', '●'),
                ('\u{A1}', '○'),
            ],
            Self::Wingdings2 => {
                &[('P', '✓'), ('O', '✗'), ('R', '☑'), ('Q', '☒'), ('S', '☒'), ('T', '☒'), ('\u{A3}', '□')]
            }
            Self::Wingdings3 => &[],
            Self::Webdings => &[('a', '✓'), ('r', '✗'), ('c', '□'), ('g', '■'), ('n', '●')],
            Self::Marlett => &[('a', '✓'), ('b', '✓'), ('r', '✗'), ('h', '●'), ('i', '●')],
        }
    }

    /// The visible form of a text; blanks remain blanks.
    pub(in crate::read) fn seen(self, text: &str) -> String {
        let sign = |c: char| {
            // Programs also store such characters in the private use area, by adding F000 to their code.
            let code = u32::from(c);
            let stored = if (0xF000..=0xF0FF).contains(&code) { char::from_u32(code - 0xF000).unwrap_or(c) } else { c };
            match self.signs().iter().find(|(own, _)| *own == stored) {
                Some((_, sign)) => *sign,
                None if stored.is_whitespace() => c,
                None => char::REPLACEMENT_CHARACTER,
            }
        };
        text.chars().map(sign).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_the_sign_that_is_seen() {
        let seen = |font: &str, text: &str| Symbols::named(font).map(|symbols| symbols.seen(text));
        assert_eq!(seen("Wingdings 2", "P").as_deref(), Some("✓"));
        assert_eq!(seen("wingdings", "\u{FC} \u{A8}").as_deref(), Some("✓ □"));
        assert_eq!(seen("Wingdings", "\u{F0FE}").as_deref(), Some("☑"));
        assert_eq!(seen("Webdings", "r").as_deref(), Some("✗"));
        assert_eq!(seen("Marlett", "a").as_deref(), Some("✓"));
        assert_eq!(seen("Wingdings", "A1").as_deref(), Some("\u{FFFD}\u{FFFD}"));
        assert_eq!(seen("宋体", "P"), None);
    }
}
