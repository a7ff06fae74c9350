//! Closed sets and their words: each value of such a set is written to documents, and looked up in the catalogue, by
//! one word, declared next to it.

/// A closed set whose values are each written as one word.
pub trait Worded: Copy + 'static {
    /// Every value, in order.
    const VALUES: &'static [Self];

    /// The word of a value.
    fn written(self) -> &'static str;
}

/// Defines a closed set whose values are each written as one word.
///
/// Generates the enum with `ALL` in order, `json`, `from_json`, and serde and `Display` by the word; with `in "key."` also
/// `word`, the catalogue key of its name.
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident in $keys:literal { $($(#[$doc:meta])* $value:ident = $word:literal,)* }) => {
        $crate::shared::words::words! { $(#[$meta])* $vis enum $name { $($(#[$doc])* $value = $word,)* } }

        impl $name {
            /// The catalogue key of its name.
            $vis const fn word(self) -> &'static str {
                match self { $(Self::$value => concat!($keys, $word),)* }
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$doc:meta])* $value:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        $vis enum $name { $($(#[$doc])* #[serde(rename = $word)] $value,)* }

        impl $name {
            /// Every value, in order.
            $vis const ALL: &'static [Self] = &[$(Self::$value,)*];

            /// Its word in documents, also the end of its catalogue key.
            $vis const fn json(self) -> &'static str {
                match self { $(Self::$value => $word,)* }
            }

            /// The value with a given word.
            #[allow(dead_code, reason = "not every set is read back")]
            $vis fn from_json(word: &str) -> ::core::option::Option<Self> {
                Self::ALL.iter().copied().find(|own| own.json() == word)
            }
        }

        impl $crate::shared::words::Worded for $name {
            const VALUES: &'static [Self] = Self::ALL;

            fn written(self) -> &'static str {
                self.json()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.json())
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    words! {
        /// Sizes.
        pub(super) enum Size {
            /// Small.
            Small = "small",
            /// Very large.
            VeryLarge = "very-large",
        }
    }

    #[test]
    fn a_value_has_one_word_everywhere() {
        assert_eq!(Size::ALL, [Size::Small, Size::VeryLarge]);
        for size in Size::ALL {
            let written = serde_json::to_string(size).expect("a word");
            assert_eq!(written, format!("\"{size}\""));
            assert_eq!(serde_json::from_str::<Size>(&written).expect("a size"), *size);
            assert_eq!(Size::from_json(size.json()), Some(*size));
        }
        assert_eq!(Size::from_json("tiny"), None);
        assert!(serde_json::from_str::<Size>("\"tiny\"").is_err());
    }
}
