//! The one table of finding codes, with all their properties. A code is permanent: it is never reused and never changes
//! its meaning. Codes are in numerical order: a new one takes the next free number, which a test prints.
//!
//! E1xx files, E2xx cells, E3xx roster and coverage, E4xx ballots, E5xx model, E6xx registers, E7xx output. The letter
//! is the default severity: E error (some are *pending*: they need a decision, see [`Severity::Pending`]), W warning, N
//! note. Title, expectation, remedy and reason of each code are in the catalogue under `E203.title` and so on.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Severity, Who};

/// Properties of a code besides its severity and who corrects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "written in the table below as they are said")]
enum Trait {
    /// An error that a model may turn into a warning, since the score remains defined. All warnings and notes are
    /// adjustable.
    adjustable,
    /// May follow from an error in a file of its component, or from the absence of files: then it is not listed.
    of_component,
    /// The cell has no value, so other faults of its value are not listed.
    voids_cell,
    /// The name in the cell cannot be read, so it is not listed as unknown.
    voids_name,
    /// A name is unknown.
    of_name,
    /// Concerns a file that is not read. Each concerns a different file, so they are counted by code.
    of_unread_file,
}

macro_rules! codes {
    ($($code:ident $weight:ident $who:ident [$($own:ident)*] $doc:literal;)*) => {
        /// A permanent finding code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $doc] $code,)* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The printed form of the code.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            /// Its severity unless the model sets another one.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$weight,)* }
            }

            /// Who must act on it first.
            pub const fn who(self) -> Who {
                match self { $(Self::$code => Who::$who,)* }
            }

            const fn traits(self) -> &'static [Trait] {
                match self { $(Self::$code => &[$(Trait::$own,)*],)* }
            }
        }
    };
}

codes! {
    E101 Error Operator [] "A file cannot be read.";
    E102 Error Staff [] "No table was recognised in a file.";
    E103 Error Staff [] "Two columns answer to one meaning.";
    E104 Error Unit [] "A workbook is damaged or incomplete.";
    E105 Error Unit [] "A workbook is password protected.";
    E106 Error Unit [] "A file is not what its name says, or of a format that is not read.";
    E107 Error Staff [] "A required column is missing.";
    E108 Error Unit [] "A file is larger than the limit.";
    E109 Error Operator [] "A csv file is not valid text.";
    W110 Warning Nobody [of_unread_file] "A file that is no table was left unread.";
    N111 Note Nobody [of_unread_file] "A lock file was skipped.";
    W112 Warning Staff [] "A hidden sheet was read.";
    E113 Error Operator [] "A file in an input folder is an output of assess.";
    E114 Error Operator [of_component] "A component has no input at all.";
    W115 Warning Staff [] "A sheet was left unread.";
    W116 Warning Operator [of_unread_file] "A table stands in no input folder and was not read.";
    N117 Note Nobody [of_unread_file] "A file of the operating system was skipped.";
    W118 Warning Staff [] "A value stands outside the columns of its table.";
    W119 Warning Staff [] "A column was not read.";
    N120 Note Nobody [of_unread_file] "A table that scoring does not use was left unread.";
    E121 Error Operator [voids_cell voids_name] "A cell is stored in a damaged form.";
    E122 Error Operator [] "Rows or cells of a sheet stand twice or out of order.";
    E123 Error Operator [] "A workbook holds XML that is not allowed.";
    E124 Error Operator [] "A workbook is built in a way no spreadsheet program builds it.";
    E125 Error Operator [] "An input is no regular file, or a link that leads out of the project.";
    E126 Error Operator [] "A file changed while it was read.";
    E127 Error Operator [] "The isolated reader gave up on a file.";
    W128 Warning Operator [] "The extension of a file does not say what it is.";
    W129 Warning Operator [] "Macros, links or queries of a workbook were not run or followed.";
    W130 Warning Operator [of_unread_file] "A table is open in another program.";
    W131 Warning Operator [] "A number format shows something other than the number.";
    E132 Error Staff [] "A column that was not read may be the one that is missing.";
    E133 Error Operator [] "A record of a csv file has too few fields.";
    E134 Error Operator [] "More findings of a file are not listed.";
    E135 Error Unit [] "The code page of a workbook is not known.";
    N136 Note Nobody [] "A workbook that is protected against changes was read.";
    W137 Warning Operator [] "A sheet holds something that is not of the spreadsheet format.";
    W138 Warning Staff [] "A row between data rows holds nothing but a note.";
    W171 Warning Operator [] "Hidden rows or columns hold data.";
    W172 Warning Operator [] "A value stands unseen under merged cells.";
    W173 Warning Operator [] "One merged cell stands for several values.";
    W174 Warning Operator [] "A form was made from another model.";
    W175 Warning Operator [] "A form speaks of another year.";
    E176 Error Operator [] "A form lies in the folder of another component, class or unit, or is of another year.";
    E177 Error Staff [] "The same ballots stand in two files under two components.";
    E201 Error Unit [] "Not a number.";
    E202 Error Unit [] "A formula without a calculated value.";
    E203 Error Unit [] "A score outside 0 and the full points.";
    E204 Error Unit [] "A percent sign, or a fraction of 1, where it is not allowed.";
    E205 Error Unit [] "A cell holds an error value.";
    E206 Error Unit [] "A date or a truth value where a number is expected.";
    W207 Warning Nobody [] "Numbers were written as text or with a unit.";
    E208 Error Unit [] "A word that the rule does not know.";
    E209 Error Verifier [adjustable] "The verified points differ from what the rule gives for the verified value.";
    W210 Warning Verifier [] "The self score differs from what the rule gives for the value.";
    E211 Error Verifier [] "A leaf was not verified.";
    E212 Error Verifier [] "Verified points lie in none of the allowed ranges.";
    E213 Error Unit [] "A value outside what the rule can score.";
    W214 Warning Verifier [] "Points below full without an explanation.";
    W215 Warning Unit [] "Required evidence is missing.";
    E216 Error Unit [] "Neither a self score nor a value.";
    W217 Warning Verifier [] "0/0 was taken as not applicable.";
    E218 Error Unit [] "A leaf stands twice for one unit.";
    W219 Warning Verifier [] "Not applicable was claimed but not confirmed.";
    W220 Warning Unit [] "无 in a score column was taken as missing.";
    W221 Warning Unit [] "A leaf has no row in the unit's tables.";
    W222 Warning Nobody [] "A unit answered for a leaf of a department.";
    E223 Error Unit [of_name] "Code and name of a row mean two indicators.";
    E225 Error Unit [voids_name] "Part of a value is raised, lowered or struck out.";
    W226 Warning Unit [] "A raised, lowered or struck-out part of a name was left out.";
    W227 Warning Unit [] "A value is struck out.";
    N228 Note Nobody [] "Leaves of a unit are not applicable.";
    W229 Warning Unit [] "A self-report came back as empty as it went out.";
    W230 Warning Unit [] "The formula of a value gives something else each time.";
    W231 Warning Unit [] "A stored value is not what its formula gives.";
    W232 Warning Unit [] "A value cannot be seen.";
    E233 Error Unit [voids_name] "A code was typed as a number that may have lost its zeros.";
    W235 Warning Verifier [] "Evidence is a picture.";
    E236 Error Unit [voids_cell] "A picture where a value is expected.";
    E240 Error Department [] "A value that a department supplies is missing: its cell is empty.";
    E241 Error Department [] "A value that a department supplies is missing: no verification table holds it.";
    E242 Error Staff [of_component] "A component in which nothing was measured for any unit.";
    E243 Error Maintainer [] "A component does not apply to a unit, and the model has no word on it.";
    E244 Error Organiser [] "Counts of a tally are partly given and partly not applicable.";
    N245 Note Nobody [] "Parts of a component do not apply to a unit.";
    E246 Error Department [] "A given table says not applicable at another level than scores stand.";
    E247 Error Department [] "Nothing to measure a value by: no ranked unit of its field has one.";
    W248 Warning Staff [] "A text that reaches a letter holds a number of somebody.";
    E249 Error Department [] "The basis of a relative rule is not above 0.";
    W250 Warning Department [] "Typed places that cannot be those of one field.";
    E260 Error Department [] "A row of an indicator with periods names none.";
    E261 Error Department [] "An unknown period, or one of an indicator that has none.";
    E262 Error Department [] "Points typed for a period whose values are added up.";
    E263 Error Department [] "An indicator of a unit has too few periods to drop the lowest or highest.";
    N264 Note Nobody [] "Periods of an indicator were dropped as the lowest or highest.";
    E265 Error Maintainer [] "Periods of an indicator cannot be put in order.";
    E301 Error Staff [] "The roster cannot be used.";
    E302 Error Staff [] "A unit handed in two different reports.";
    W303 Warning Operator [] "A unit handed in the same report twice.";
    E304 Error Staff [] "A unit code or name stands twice in the roster.";
    E306 Error Staff [] "A unit code is not allowed.";
    E307 Error Staff [of_name] "Unknown unit.";
    E308 Error Staff [of_name] "A file names two units.";
    E309 Error Unit [] "A file names no unit.";
    E310 Pending Staff [] "A unit's self-report is missing.";
    E311 Error Staff [] "A roster attribute that a rule names is blank.";
    E312 Error Staff [] "Unknown way of taking part.";
    E313 Error Staff [of_name] "Unknown indicator.";
    E314 Error Staff [] "A required cell of a row is blank.";
    E315 Error Operator [] "Two files for one table.";
    E316 Pending Department [of_component] "A given score is missing.";
    N318 Note Nobody [] "The report of a unit that is not assessed was left out.";
    E319 Error Verifier [] "All leaves of a unit are not applicable.";
    W320 Warning Staff [] "A file name mentions another unit than its content.";
    W321 Warning Staff [] "Two units of the roster have codes or names that look alike.";
    E331 Error Operator [] "A file does not stand in the list of files received.";
    E332 Error Operator [] "A file has changed since it was listed.";
    E333 Error Staff [] "Nobody decided whether a listed file is used.";
    E334 Error Operator [] "An adopted file is not there.";
    W335 Warning Operator [] "A listed file is not there.";
    E336 Error Operator [] "A file stands twice in the list of files received.";
    E337 Error Staff [] "A unit belongs to no scheme.";
    W338 Warning Maintainer [] "A scheme is for no unit.";
    W339 Warning Staff [] "An input for something that is not part of the unit's scheme.";
    E401 Error Organiser [of_name] "Unknown rater class.";
    E402 Error Organiser [] "A ballot names no rater class.";
    E403 Error Organiser [] "A rater rated the same unit twice.";
    W404 Warning Organiser [] "A rating outside the range is void.";
    W405 Warning Organiser [] "An unknown word makes a rating void.";
    W406 Warning Organiser [] "A double mark makes a rating void.";
    W407 Warning Organiser [] "A ballot is void.";
    N408 Note Nobody [] "Marks for the rater's own unit were dropped.";
    E409 Error Organiser [] "More ballots returned than issued.";
    E410 Error Organiser [of_component] "A class has no result for a unit.";
    E411 Pending Organiser [of_component] "Nobody rated a unit.";
    W412 Warning Organiser [] "A class did not reach its quorum.";
    W413 Warning Organiser [of_component] "Weights were spread over the other classes.";
    E414 Error Organiser [of_component] "A unit has too few answers.";
    W415 Warning Organiser [of_component] "A unit has too few answers and is flagged or takes the group's median.";
    E416 Error Organiser [of_component] "No unit of the group has enough answers for a median.";
    W417 Warning Organiser [] "A node without ratings leaves its parent.";
    E418 Error Organiser [] "A tally does not add up.";
    E419 Error Organiser [] "Ballots and a tally for one class and unit.";
    N420 Note Nobody [] "Ratings of units that are not assessed were left out.";
    W421 Warning Organiser [] "All units of a ballot have the same mark.";
    N422 Note Nobody [] "Sheets without rater number: rules about identity were not applied.";
    E423 Error Organiser [of_name] "Unknown node.";
    E424 Error Organiser [] "A tally stands twice.";
    E425 Error Department [] "A given score is outside its scale.";
    E426 Error Maintainer [] "Periods cannot be put in order.";
    N427 Note Nobody [] "Trimming and pattern rules do not apply to tallies.";
    W429 Warning Organiser [] "The folder and the ballot name different classes.";
    W430 Warning Organiser [] "Two ballot files hold the same bytes.";
    E431 Error Organiser [] "A ballot names two rater classes.";
    W432 Warning Organiser [] "Rows of a ballot that the component does not measure were not read.";
    E433 Pending Organiser [] "A rater is not on the rater list.";
    E434 Error Registrar [] "A row of 评议票处置 fits no mark that cannot be read.";
    E435 Pending Organiser [] "A mark cannot be read, so that a vote would be lost.";
    E436 Error Department [] "A unit has too few periods for those that are dropped.";
    N437 Note Nobody [] "Periods of a unit were dropped as the lowest or highest.";
    E438 Error Department [] "A period of a given table has no weight.";
    E501 Error Maintainer [] "The model file is not valid TOML.";
    E502 Error Maintainer [] "A key of the model is missing.";
    E503 Error Maintainer [] "Unknown key in the model.";
    E504 Error Maintainer [] "A value of the model is not allowed.";
    E505 Error Maintainer [] "Weights do not add up to 100.";
    E506 Error Maintainer [] "Points of indicators do not add up to their aspect.";
    E507 Error Maintainer [] "A code or name stands twice in the model.";
    E508 Error Maintainer [] "The model names something it does not define.";
    E509 Error Maintainer [] "The parameters of a leaf rule are wrong.";
    E510 Error Maintainer [] "The thresholds of the grades are wrong.";
    E511 Error Maintainer [] "A quota is wrong.";
    E512 Error Maintainer [] "A condition of a cap or promotion is wrong.";
    E513 Error Maintainer [] "Indicators stand in two places or in none.";
    E514 Error Maintainer [] "Settings of a component contradict each other.";
    W515 Warning Maintainer [] "A percentage below 1.";
    W530 Warning Maintainer [] "A share that is a fraction, cut or rounded to its decimals.";
    E531 Error Maintainer [] "Periods that the values of an indicator cannot have.";
    E550 Error Maintainer [] "An award is wrong.";
    E570 Error Maintainer [] "A scheme does not say which units it is for.";
    E571 Error Maintainer [] "The aspects of two schemes add up to different points.";
    E572 Error Maintainer [] "Units of one field have different rules.";
    E601 Error Registrar [] "A register number stands twice.";
    E602 Error Registrar [] "Unknown code in a register.";
    E603 Error Registrar [] "The approved points differ from the model's.";
    E605 Error Registrar [] "Unknown status.";
    E606 Error Registrar [] "Unknown level.";
    E607 Error Registrar [] "An approved row without points.";
    W608 Warning Registrar [] "An approved row with incomplete documents does not count.";
    W609 Warning Registrar [] "A date outside the window.";
    E610 Error Registrar [] "Not a date.";
    E611 Error Registrar [] "The document already counted in an earlier period.";
    E612 Error Registrar [] "More decided units than places.";
    E613 Error Registrar [] "A decision above a cap.";
    E614 Error Registrar [] "A decision for a unit that is not assessed.";
    E615 Error Registrar [] "Two decisions for one unit.";
    E616 Error Registrar [] "Unknown grade.";
    W617 Warning Committee [] "A decision displaces a unit with a higher total.";
    E618 Pending Committee [] "A cap needs the committee's confirmation.";
    E619 Pending Committee [] "A tie at a quota needs the committee's decision.";
    E620 Error Registrar [] "The old value of a correction is not the present one.";
    E621 Error Registrar [] "The new value of a correction is not allowed.";
    E622 Error Registrar [] "Two corrections of one place.";
    E623 Error Registrar [] "Unknown place of a correction.";
    N624 Note Nobody [] "A register row was not approved.";
    W626 Warning Staff [] "A corrected number no longer follows from its parts.";
    N627 Note Nobody [] "Register rows of a unit that is not assessed.";
    E628 Error Registrar [] "A register row without number.";
    E629 Error Operator [] "The result of an earlier period cannot be used.";
    W630 Warning Staff [] "A cap on satisfaction was not applied: the satisfaction is unknown.";
    N631 Note Nobody [] "Totals are equal only by rounding.";
    N632 Note Nobody [] "Aspects do not average to the base.";
    W633 Warning Committee [] "More units than places were admitted by the tie rule.";
    W634 Warning Registrar [] "A declared item that no adjustment of the model matches.";
    W635 Warning Registrar [] "A declared item is marked as approved, but only the register counts.";
    E641 Error Staff [] "A computed value differs from an assertion.";
    E642 Error Staff [] "Unknown place of an assertion.";
    W643 Warning Operator [] "An input is another file now, which a re-grade does not look at.";
    W644 Warning Operator [] "An input came in that a re-grade does not look at.";
    E650 Error Registrar [] "Unknown conclusion of an appeal.";
    E651 Pending Registrar [] "An upheld appeal that no register row settles.";
    W652 Warning Registrar [] "A rejected appeal without document.";
    W653 Warning Registrar [] "Unknown place of an appeal.";
    W654 Warning Registrar [] "An appeal was received after its time.";
    E660 Pending Staff [] "A unit returned no rectification ledger.";
    E661 Error Unit [] "An unknown closing status in a ledger.";
    W662 Warning Verifier [] "A problem was closed without date or reviewer.";
    E663 Error Unit [] "A problem stands twice in a unit's ledgers with different content.";
    N664 Note Nobody [] "Problems stand twice in a unit's ledgers with the same content.";
    E665 Error Verifier [] "The verified value differs from the ledger.";
    W666 Warning Unit [] "The claimed value differs from the ledger.";
    N667 Note Nobody [] "The ledger of a unit that is not assessed was left out.";
    W668 Warning Unit [] "A problem that is not closed has a closing date.";
    E670 Error Registrar [] "One document counts twice for one unit and code.";
    W671 Warning Staff [] "An opinion names a unit that the roster does not have.";
    W672 Warning Staff [] "Unknown word in an opinion.";
    W673 Warning Committee [] "A department disagrees and nobody has decided.";
    W674 Warning Staff [] "A form of opinions names no department.";
    W675 Warning Staff [] "A department gave two different opinions of one unit.";
    N676 Note Nobody [] "An opinion of a unit that is not assessed.";
    W677 Warning Registrar [] "A row of decisions has a document but no grade.";
    E678 Error Registrar [] "A link between register rows names no row.";
    E679 Error Registrar [] "A link between register rows names a row of another unit.";
    E680 Error Registrar [] "A row that is linked with an appeal is about another place.";
    E681 Error Registrar [] "A register file that the version before had is gone or empty.";
    E682 Error Registrar [] "A register row that the version before had is gone.";
    E683 Error Registrar [] "A row is linked with several appeals and does not name them all.";
    E684 Error Department [] "Scores stand at a node and at one below it.";
    E685 Error Operator [] "The roster has the unit now, the version of a re-grade does not.";
    E686 Error Registrar [] "Places of a scope and grade stand twice.";
    E687 Error Registrar [of_name] "Places of an unknown scope.";
    E688 Error Registrar [of_name] "Places of a grade without a quota.";
    E689 Error Registrar [] "Places are no whole number.";
    E690 Error Registrar [] "Approved places do not fit the scope or each other.";
    E698 Pending Committee [] "A tie at an award needs the committee's decision.";
    E703 Error Operator [] "The reconciliation does not add up.";
    W720 Warning Operator [] "A unit of an earlier result cannot be told for certain.";
    W721 Warning Operator [] "Marks can be worked out from what would be handed out.";
    N722 Note Nobody [] "Marks can be worked out from what would be handed out, which the model accepts.";
    E730 Error Operator [] "The result of an earlier period is no regular file, or too large.";
}

impl Code {
    /// Whether a model may set another severity.
    pub fn is_adjustable(self) -> bool {
        self.severity() > Severity::Pending || self.traits().contains(&Trait::adjustable)
    }

    /// Whether it is not listed if it follows from faults in the files of its component.
    pub fn is_of_component(self) -> bool {
        self.traits().contains(&Trait::of_component)
    }

    /// Whether the cell has no value, so that nothing else needs to be reported about it.
    pub fn voids_cell(self) -> bool {
        self.traits().contains(&Trait::voids_cell)
    }

    /// Whether the name in the cell cannot be read, so that it need not be reported as unknown.
    pub fn voids_name(self) -> bool {
        self.traits().contains(&Trait::voids_name)
    }

    /// Whether it reports an unknown name.
    pub fn is_of_name(self) -> bool {
        self.traits().contains(&Trait::of_name)
    }

    /// Whether it concerns a file that is not read.
    pub fn is_of_unread_file(self) -> bool {
        self.traits().contains(&Trait::of_unread_file)
    }

    /// Finds a code by its printed form, in any letter case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no finding code"))
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(code: Code) -> u32 {
        code.as_str()[1..].parse().expect("a letter and three digits")
    }

    #[test]
    fn codes_stand_in_order_and_their_letter_is_their_weight() {
        for pair in Code::ALL.windows(2) {
            let hundred = number(pair[0]) / 100;
            let last = Code::ALL.iter().map(|code| number(*code)).filter(|own| own / 100 == hundred).max();
            let free = last.map(|last| last + 1);
            assert!(number(pair[0]) < number(pair[1]), "{} before {}: the next free is {free:?}", pair[0], pair[1]);
        }
        for code in Code::ALL {
            let letter = match code.severity() {
                Severity::Error | Severity::Pending => 'E',
                Severity::Warning => 'W',
                Severity::Note => 'N',
            };
            assert!(code.as_str().starts_with(letter), "{code}");
        }
    }
}
