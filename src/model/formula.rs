//! The formula language (公式) of leaves: an expression over named inputs, read from text and calculated exactly.
//!
//! `rate + clamp((gdp - target)*1.5, 5)` over the inputs `rate:%;gdp;target`. A [`Formula`] is made by parsing and keeps
//! its canonical text; it gives its value, the same text with values put in, and a formula for a worksheet. The second
//! calculation of `verify` reads the canonical text by itself. What the language has is in docs/measures.md. Pure.

use serde::{Deserialize, Serialize};

use crate::shared::number::Exact;

mod fault;
mod inputs;
mod lexer;
mod node;
mod parser;
mod sheet;
mod value;
mod written;

pub use fault::{Fault, Found, Wanted};
pub use inputs::{Input, Inputs};
pub use node::{Comparison, Function};
pub use value::{Trouble, TroubleKind};

use node::Node;
use written::Writer;

/// Most characters of a formula, as typed and in its canonical form.
pub const LONGEST: usize = 1000;
/// Most levels of brackets, functions and signs within each other.
pub const DEEPEST: usize = 50;
/// Most digits of a number that is written in a formula.
pub const DIGITS: usize = 30;
/// The largest exponent, which is a literal whole number.
pub const EXPONENT: u32 = 20;
/// The most decimals to which `round` rounds; spreadsheets keep no more.
pub const DECIMALS: u32 = 10;
/// Most binary digits of numerator and denominator of a result and of every step towards it: about 600 decimal digits.
pub const BITS: u64 = 2048;

/// A checked formula with its inputs.
///
/// It is stored as its canonical text and the list of its inputs. Positions in troubles are those of the canonical text.
///
/// ```
/// use assess::model::formula::{Formula, Inputs};
/// use assess::shared::number::Exact;
/// let inputs = Inputs::parse("rate:%;gdp;target").unwrap();
/// let formula = Formula::parse("rate＋clamp（（gdp－target）×1.5，5）", inputs).unwrap();
/// assert_eq!(formula.text(), "rate + clamp((gdp - target)*1.5, 5)");
/// let values: Vec<_> = ["55.4", "10.3", "10"].map(Exact::parse).into();
/// assert_eq!(formula.with_values(&values), "55.4 + clamp((10.3 − 10)×1.5, 5)");
/// assert_eq!(formula.value(&values).unwrap().to_string(), "55.85");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Formula {
    #[serde(rename = "expr")]
    text: String,
    inputs: Inputs,
    #[serde(skip_serializing)]
    root: Node,
}

/// A formula as it is stored.
#[derive(Deserialize)]
struct Stored {
    expr: String,
    inputs: Inputs,
}

impl TryFrom<Stored> for Formula {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        Self::parse(&stored.expr, stored.inputs).map_err(|_| format!("no formula: {}", stored.expr))
    }
}

impl Formula {
    /// Reads a formula: all names that are no inputs, and the first fault of its syntax, in the order of their columns.
    pub fn parse(text: &str, inputs: Inputs) -> Result<Self, Vec<Fault>> {
        let typed = parser::parse(text, &inputs)?;
        let canonical = Writer::canonical(&inputs).text(&typed);
        // Brackets that the canonical form adds count as well.
        let root = parser::parse(&canonical, &inputs)?;
        Ok(Self { text: canonical, inputs, root })
    }

    /// The canonical text: signs of a keyboard, one way of spacing, brackets where they are needed or were typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The inputs, by whose index values are given.
    pub const fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The inputs that the formula does not use.
    pub fn unused(&self) -> Vec<&Input> {
        let used = self.root.inputs();
        self.inputs.iter().enumerate().filter(|(index, _)| !used.contains(index)).map(|(_, input)| input).collect()
    }

    /// The exact value; only what is needed is calculated, so a branch that is not chosen may have any fault.
    pub fn value(&self, values: &[Option<Exact>]) -> Result<Exact, Trouble> {
        value::value(&self.root, &self.inputs, values)
    }

    /// The text with values in place of names, and printed signs: `55.4 + clamp((10.3 − 10)×1.5, 5)`.
    pub fn with_values(&self, values: &[Option<Exact>]) -> String {
        Writer::with_values(&self.inputs, values).text(&self.root)
    }

    /// The text with values and its result: `4 − 1.5 = 2.5`; a result that no decimal can write is a quotient.
    pub fn worked(&self, values: &[Option<Exact>]) -> Result<String, Trouble> {
        Ok(self.with_result(values, &self.value(values)?))
    }

    /// The text with values and a result that is known.
    pub fn with_result(&self, values: &[Option<Exact>], result: &Exact) -> String {
        let writer = Writer::with_values(&self.inputs, values);
        format!("{} = {}", writer.text(&self.root), writer.number(result))
    }

    /// The calculation for a worksheet, without `=`, given the cell of each input; `None` where a worksheet cannot
    /// do it: a number of more than 15 digits, or too long or deep.
    pub fn sheet(&self, cells: &[&str]) -> Option<String> {
        sheet::sheet(&self.root, cells)
    }
}

#[cfg(test)]
pub(crate) mod made;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::i18n::Lang;

    fn inputs() -> Inputs {
        Inputs::parse("a;gdp;target;完成率:%").unwrap()
    }

    fn values(list: &[&str]) -> Vec<Option<Exact>> {
        list.iter().map(|text| Some(Exact::parse(text).unwrap())).collect()
    }

    /// The value with a = 4, gdp = 9.5, target = −2.5 and a rate of 80.
    fn value(text: &str) -> String {
        let formula = Formula::parse(text, inputs()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        formula.value(&values(&["4", "9.5", "-2.5", "80"])).unwrap().fraction()
    }

    #[test]
    fn the_composite_rates_of_the_four_counties() {
        let inputs = Inputs::parse("rate:%;gdp;target;gap1;gap2").unwrap();
        let text = "rate + clamp((gdp - target)*1.5, 5) + clamp(gap1*0.15, 3) + clamp(gap2*0.15, 3)";
        let formula = Formula::parse(text, inputs).unwrap();
        for (county, own, expected) in [
            ("LC", ["48.2", "9.6", "9", "1.2", "-5"], "4853/100"),
            ("LW", ["52.1", "9.1", "10", "2.0", "1"], "256/5"),
            ("RA", ["55.4", "10.3", "10", "-1.5", "0.5"], "557/10"),
            ("WC", ["88.9", "12.8", "12", "4", "3"], "1823/20"),
        ] {
            assert_eq!(formula.value(&values(&own)).unwrap().fraction(), expected, "{county}");
        }
        // 55.4 + 0.45 − 0.225 + 0.075 = 55.7
        assert_eq!(
            formula.worked(&values(&["55.4", "10.3", "10", "-1.5", "0.5"])).unwrap(),
            "55.4 + clamp((10.3 − 10)×1.5, 5) + clamp(−1.5×0.15, 3) + clamp(0.5×0.15, 3) = 55.7"
        );
        // Cut at both ends: 10 · 1.5 = 15 counts 5, −30 · 0.15 = −4.5 counts −3: 1 + 5 − 3 + 0 = 3.
        assert_eq!(formula.value(&values(&["1", "10", "0", "-30", "0"])).unwrap().fraction(), "3/1");
    }

    #[test]
    fn values_are_exact_and_signs_those_of_an_office() {
        for (text, expected) in [
            ("1 + 2*3", "7/1"),
            ("(1 + 2)*3", "9/1"),
            ("10 - 3 - 2", "5/1"),
            ("12/3/2", "2/1"),
            ("1/3", "1/3"),
            ("0.1 + 0.2", "3/10"),
            ("-2^2", "-4/1"),
            ("(-2)^2", "4/1"),
            ("2*3^2", "18/1"),
            ("-a*2", "-8/1"),
            ("a - -1", "5/1"),
            ("+a", "4/1"),
            ("0^0", "1/1"),
            ("5%", "1/20"),
            ("200 %^2", "4/1"),
            ("完成率*5%", "4/1"),
            ("ａ＋１．５", "11/2"),
            ("（gdp－target）÷２", "6/1"),
            ("a×2−1", "7/1"),
            ("min(a, gdp, target)", "-5/2"),
            ("max(a)", "4/1"),
            ("MIN（a，2）", "2/1"),
            ("clamp(gdp, 5)", "5/1"),
            ("clamp(target, 2)", "-2/1"),
            ("clamp(target, 3)", "-5/2"),
            ("abs(target)", "5/2"),
            ("round(target, 0)", "-3/1"),
            ("round(2.675, 2)", "67/25"),
            ("round(1/3, 4)", "3333/10000"),
            ("floor(target)", "-3/1"),
            ("ceil(target)", "-2/1"),
            ("floor(0.29*100)", "29/1"),
            ("if(a < 5, 1, 2)", "1/1"),
            ("if(a ≥ 5, 1, 2)", "2/1"),
            ("if(a <= 4, 1, 2)", "1/1"),
            ("if(a ≠ 4, 1, 2)", "2/1"),
            ("if(a == 4, 1, 2)", "1/1"),
            ("if(a != 4, 1, 2)", "2/1"),
            ("if(a ＞ 3, 1, 1/0)", "1/1"),
            ("if(a > 4, 1/0, if(a = 4, 7, 1/0))", "7/1"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn the_canonical_text_has_one_way_of_writing() {
        for (typed, canonical) in [
            ("a＋gdp×２", "a + gdp*2"),
            ("((a))", "a"),
            ("a-(gdp-1)", "a - (gdp - 1)"),
            ("a*-1", "a*(-1)"),
            ("a--gdp*2", "a - (-gdp*2)"),
            ("-(a+1)", "-(a + 1)"),
            ("--a", "-(-a)"),
            ("(a*2)^3", "(a*2)^3"),
            ("1.50 %", "1.5%"),
            ("IF(a≤1，2，3)", "if(a <= 1, 2, 3)"),
            ("round( a,2 )/Abs(gdp)", "round(a, 2)/abs(gdp)"),
            ("a/(gdp*2)", "a/(gdp*2)"),
        ] {
            let formula = Formula::parse(typed, inputs()).unwrap();
            assert_eq!(formula.text(), canonical);
            assert_eq!(Formula::parse(canonical, inputs()).unwrap(), formula);
        }
    }

    #[test]
    fn values_stand_in_place_of_names() {
        let formula = Formula::parse("a^2 - gdp/a + target*2 - -gdp", inputs()).unwrap();
        let mut own = values(&["-1.5", "2", "-3"]);
        assert_eq!(formula.with_values(&own), "(−1.5)^2 − 2÷(−1.5) + (−3×2) − (−2)");
        own[0] = Some(Exact::ratio(1, 3));
        own[1] = None;
        assert_eq!(formula.with_values(&own), "(1÷3)^2 − gdp÷(1÷3) + (−3×2) − (−gdp)");
        assert_eq!(Formula::parse("a/3", inputs()).unwrap().worked(&values(&["-1"])).unwrap(), "−1÷3 = −1÷3");
    }

    /// The faults of a text as column and what was found, with what was expected.
    fn faults(text: &str) -> Vec<(usize, String, Wanted)> {
        let faults = Formula::parse(text, inputs()).expect_err(text);
        let shown = |found| match found {
            Found::Text(text) => text,
            other => format!("{other:?}"),
        };
        faults.into_iter().map(|fault| (fault.column, shown(fault.found), fault.wanted)).collect()
    }

    #[test]
    fn every_fault_of_syntax_has_its_column() {
        for (text, column, found, wanted) in [
            ("", 1, "End", Wanted::Value),
            ("a +", 4, "End", Wanted::Value),
            ("a + * 2", 5, "*", Wanted::Value),
            ("a gdp", 3, "gdp", Wanted::Operator),
            ("2a", 2, "a", Wanted::Operator),
            ("1e3", 2, "e3", Wanted::Operator),
            ("(a", 3, "End", Wanted::Close),
            ("(a, 1)", 3, ",", Wanted::Close),
            ("a)", 2, ")", Wanted::Operator),
            ("min(a", 6, "End", Wanted::CommaOrClose),
            ("min(a; 2)", 6, ";", Wanted::CommaOrClose),
            ("min()", 5, ")", Wanted::Value),
            ("min a", 5, "a", Wanted::Open),
            ("if(a, 1, 2)", 5, ",", Wanted::Comparison),
            ("if(a < 1, 2)", 12, ")", Wanted::Comma),
            ("if(a < 1 < 2, 1, 2)", 10, "<", Wanted::Condition),
            ("if((a < 1), 1, 2)", 7, "<", Wanted::Condition),
            ("a ≥ 1", 3, "≥", Wanted::Condition),
            ("2^21", 3, "21", Wanted::Exponent),
            ("2^2.5", 3, "2.5", Wanted::Exponent),
            ("2^a", 3, "a", Wanted::Exponent),
            ("2^-1", 3, "-", Wanted::Exponent),
            ("2^(2)", 3, "(", Wanted::Exponent),
            ("2^20%", 3, "20%", Wanted::Exponent),
            ("2^3^2", 4, "^", Wanted::OneExponent),
            ("round(a)", 8, ")", Wanted::Comma),
            ("round(a, 11)", 10, "11", Wanted::Decimals),
            ("round(a, gdp)", 10, "gdp", Wanted::Decimals),
            ("round(a, 1 + 1)", 12, "+", Wanted::OnlyClose),
            ("1 + clamp(a)", 5, "Arguments(1)", Wanted::Arguments(2)),
            ("abs(a, 1)", 1, "Arguments(2)", Wanted::Arguments(1)),
            ("1,234", 2, ",", Wanted::Operator),
            ("max(1,029)", 7, "029", Wanted::Decimal),
            ("a + 1.2.3", 5, "1.2.3", Wanted::Decimal),
            (".5", 1, ".5", Wanted::Decimal),
            ("5.", 1, "5.", Wanted::Decimal),
            ("1234567890123456789012345678901", 1, "1234567890123456789012345678901", Wanted::Decimal),
            ("a%", 2, "%", Wanted::Percent),
            ("5%%", 3, "%", Wanted::Percent),
            ("a # gdp", 3, "#", Wanted::Sign),
            ("a²", 2, "²", Wanted::Sign),
            ("完成率 ＋ 完成", 7, "完成", Wanted::Input(vec!["完成率".to_owned()])),
            ("gdpp - a", 1, "gdpp", Wanted::Input(vec!["gdp".to_owned()])),
        ] {
            assert_eq!(faults(text), [(column, found.to_owned(), wanted)], "{text}");
        }
    }

    #[test]
    fn unknown_names_are_all_reported_with_the_nearest_known_ones() {
        let both = faults("gpd - tarqet +");
        assert_eq!(both.iter().map(|fault| fault.0).collect::<Vec<_>>(), [1, 7, 15]);
        assert!(matches!(&both[1].2, Wanted::Input(names) if names[0] == "target"), "{both:?}");
        // A name of another case is another name; none is near to `zzz`, so all are named.
        assert!(matches!(&faults("GDP")[0].2, Wanted::Input(names) if names[0] == "gdp"));
        assert!(matches!(&faults("zzz")[0].2, Wanted::Input(names) if names.len() == 4));
        let (column, found, wanted) = faults("a + clmap(gdp, 1)").remove(0);
        assert_eq!((column, found.as_str()), (5, "clmap"));
        assert!(matches!(wanted, Wanted::Function(names) if names[0] == "clamp"));
        assert_eq!(Formula::parse("x", Inputs::default()).unwrap_err()[0].wanted, Wanted::Input(Vec::new()));
    }

    #[test]
    fn the_list_of_inputs_has_its_faults_at_their_columns() {
        let list = Inputs::parse(" rate：％；gdp、目标_1 ").unwrap();
        assert_eq!(list.to_string(), "rate:%;gdp;目标_1");
        assert_eq!(list.iter().map(|own| own.percent).collect::<Vec<_>>(), [true, false, false]);
        let of = |text: &str| {
            let faults = Inputs::parse(text).expect_err(text);
            faults.into_iter().map(|fault| (fault.column, fault.wanted)).collect::<Vec<_>>()
        };
        assert_eq!(of(""), [(1, Wanted::Name)]);
        assert_eq!(of("a;;b;"), [(3, Wanted::Name), (6, Wanted::Name)]);
        assert_eq!(of("a;b;a"), [(5, Wanted::NewName)]);
        assert_eq!(of("a;Max"), [(3, Wanted::FreeName)]);
        assert_eq!(of("1a;b"), [(1, Wanted::Name)]);
        assert_eq!(of("a:;b"), [(3, Wanted::PercentMark)]);
        assert_eq!(of("a:"), [(3, Wanted::PercentMark)]);
        assert_eq!(of("a:x;b"), [(3, Wanted::PercentMark)]);
        assert_eq!(of("a:%%;b"), [(4, Wanted::NextInput)]);
        assert_eq!(of("a,b;b c"), [(2, Wanted::Separator), (7, Wanted::Separator)]);
        assert_eq!(of("a#;b"), [(2, Wanted::Sign)]);
    }

    #[test]
    fn hostile_formulas_end_early() {
        let deep = |text: &str| faults(text).remove(0);
        assert_eq!(deep(&"(".repeat(500)), (51, "(".to_owned(), Wanted::Shallower(DEEPEST)));
        assert_eq!(deep(&"-".repeat(500)), (51, "-".to_owned(), Wanted::Shallower(DEEPEST)));
        assert_eq!(deep(&"abs(".repeat(200)), (201, "abs".to_owned(), Wanted::Shallower(DEEPEST)));
        assert_eq!(deep(&"(".repeat(10_000)), (1001, "Length(10000)".to_owned(), Wanted::Shorter(LONGEST)));
        // Brackets that the canonical form needs may not be too many either: -(-(-… for ---….
        assert!(matches!(deep(&format!("{}1", "-".repeat(50))).2, Wanted::Shallower(_)));
        assert_eq!(value(&format!("{}1", "1+".repeat(200))), "201/1");
        let large = Formula::parse("1 + ((9999999999^20)^20)^20", inputs()).unwrap().value(&[]).unwrap_err();
        assert_eq!((large.kind, large.column), (TroubleKind::TooLarge, 6));
        assert_eq!(large.part, "(9999999999^20)^20");
        // 2^400 has 401 binary digits and is still calculated.
        assert_eq!(value("(2^20)^20/(2^20)^19"), "1048576/1");
    }

    #[test]
    fn a_trouble_names_its_part_column_and_inputs() {
        let own = values(&["4", "10", "10"]);
        let trouble = |text: &str| Formula::parse(text, inputs()).unwrap().value(&own).unwrap_err();
        let made = |kind, column, part: &str, inputs: &[usize]| Trouble {
            kind,
            column,
            part: part.to_owned(),
            inputs: inputs.to_vec(),
        };
        assert_eq!(trouble("1+a/(gdp-target)"), made(TroubleKind::DivisionByZero, 8, "gdp - target", &[1, 2]));
        assert_eq!(trouble("a*完成率"), made(TroubleKind::Missing, 3, "完成率", &[3]));
        assert_eq!(trouble("clamp(1, a - gdp)"), made(TroubleKind::NegativeLimit, 10, "a - gdp", &[0, 1]));
    }

    #[test]
    fn unused_inputs_are_known() {
        let formula = Formula::parse("if(a < 1, 1, round(gdp, 1))", inputs()).unwrap();
        assert_eq!(formula.unused().iter().map(|own| own.name.as_str()).collect::<Vec<_>>(), ["target", "完成率"]);
    }

    #[test]
    fn a_formula_is_stored_as_its_text_and_inputs() {
        let formula = Formula::parse("a×2", Inputs::parse("a；b:%").unwrap()).unwrap();
        let stored = serde_json::to_string(&formula).unwrap();
        assert_eq!(stored, r#"{"expr":"a*2","inputs":[{"name":"a"},{"name":"b","percent":true}]}"#);
        assert_eq!(serde_json::from_str::<Formula>(&stored).unwrap(), formula);
        for (own, forged) in [("a*2", "c*2"), ("\"b\"", "\"a\""), ("\"b\"", "\"min\""), ("\"b\"", "\"b;c\"")] {
            assert!(serde_json::from_str::<Formula>(&stored.replace(own, forged)).is_err(), "{forged}");
        }
    }

    #[test]
    fn every_fault_and_trouble_has_words_in_both_languages() {
        let names = || vec!["gdp".to_owned()];
        let wanted = [
            Wanted::Value,
            Wanted::Operator,
            Wanted::Close,
            Wanted::Comma,
            Wanted::CommaOrClose,
            Wanted::Comparison,
            Wanted::Condition,
            Wanted::Open,
            Wanted::OnlyClose,
            Wanted::Decimal,
            Wanted::Percent,
            Wanted::Sign,
            Wanted::Exponent,
            Wanted::OneExponent,
            Wanted::Decimals,
            Wanted::Input(names()),
            Wanted::Input(Vec::new()),
            Wanted::Function(names()),
            Wanted::Arguments(2),
            Wanted::Shorter(LONGEST),
            Wanted::Shallower(DEEPEST),
            Wanted::Name,
            Wanted::FreeName,
            Wanted::NewName,
            Wanted::PercentMark,
            Wanted::Separator,
            Wanted::NextInput,
        ];
        for lang in [Lang::Zh, Lang::En] {
            for own in &wanted {
                assert!(!own.arg().text(lang).contains('{'), "{own:?}");
            }
            for found in [Found::Text("a".to_owned()), Found::End, Found::Arguments(1), Found::Length(1)] {
                assert!(!found.arg().text(lang).contains('{'), "{found:?}");
            }
            for kind in TroubleKind::ALL {
                let trouble = Trouble { kind: *kind, column: 5, part: "gdp - 1".to_owned(), inputs: Vec::new() };
                let text = trouble.arg().text(lang);
                assert!(text.contains("gdp - 1") && text.contains('5') && !text.contains('{'), "{text}");
            }
        }
        let fault = Formula::parse("a + gdpp", inputs()).unwrap_err().remove(0);
        assert_eq!(fault.text(Lang::En), "column 5: found \"gdpp\"; expected an input, near are: gdp");
        assert_eq!(fault.text(Lang::Zh), "第 5 个字符：发现“gdpp”，应为输入项，相近的有：gdp");
    }
}
