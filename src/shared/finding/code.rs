//! The one list of finding codes. A code is permanent: it is never reused and never changes its meaning.
//!
//! E1xx files, E2xx cells, E3xx roster and coverage, E4xx ballots, E5xx model, E6xx registers, E7xx output. The letter is
//! the default weight: E error (some are *pending*: only people can settle them, see [`Severity::Pending`]), W warning,
//! N note. Title, expectation, remedy and reason of each code stand in the catalogue under `E203.title` and so on.

use std::fmt;

use super::Severity;

macro_rules! codes {
    ($($code:ident $weight:ident $doc:literal;)*) => {
        /// A permanent finding code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $doc] $code,)* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The code as printed.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            /// Its weight unless the model says otherwise.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$weight,)* }
            }
        }
    };
}

codes! {
    E101 Error "A file cannot be read.";
    E102 Error "No table was recognised in a file.";
    E103 Error "Two columns answer to one meaning.";
    E104 Error "A workbook is damaged or incomplete.";
    E105 Error "A workbook is password protected.";
    E106 Error "A file is not what its name says, or of a format that is not read.";
    E107 Error "A required column is missing.";
    E108 Error "A file is larger than the limit.";
    E109 Error "A csv file is not valid text.";
    W110 Warning "A file that is no table was left unread.";
    N111 Note "A lock file was skipped.";
    W112 Warning "A hidden sheet was read.";
    E113 Error "A file in an input folder is an output of assess.";
    E114 Error "A component has no input at all.";
    W115 Warning "A sheet was left unread.";
    W118 Warning "A value stands outside the columns of its table.";
    W119 Warning "A column was not read.";
    W116 Warning "A table stands in no input folder and was not read.";
    N120 Note "A table that scoring does not use was left unread.";
    N117 Note "A file of the operating system was skipped.";
    E121 Error "A cell is stored in a damaged form.";
    E122 Error "Rows or cells of a sheet stand twice or out of order.";
    E123 Error "A workbook holds XML that is not allowed.";
    E124 Error "A workbook is built in a way no spreadsheet program builds it.";
    E125 Error "An input is no regular file, or a link that leads out of the project.";
    E126 Error "A file changed while it was read.";
    E127 Error "The isolated reader gave up on a file.";
    W128 Warning "The extension of a file does not say what it is.";
    W129 Warning "Macros, links or queries of a workbook were not run or followed.";
    W130 Warning "A table is open in another program.";
    W131 Warning "A number format shows something other than the number.";
    E135 Error "The code page of a workbook is not known.";
    N136 Note "A workbook that is protected against changes was read.";
    W137 Warning "A sheet holds something that is not of the spreadsheet format.";
    W138 Warning "A row between data rows holds nothing but a note.";
    E134 Error "More findings of a file are not listed.";
    E132 Error "A column that was not read may be the one that is missing.";
    E133 Error "A record of a csv file has too few fields.";
    W171 Warning "Hidden rows or columns hold data.";
    W172 Warning "A value stands unseen under merged cells.";
    W173 Warning "One merged cell stands for several values.";
    W174 Warning "A form was made from another model.";
    W175 Warning "A form speaks of another year.";
    E176 Error "A form lies in the folder of another component, class or unit, or is of another year.";
    E177 Error "The same ballots stand in two files under two components.";
    E201 Error "Not a number.";
    E202 Error "A formula without a calculated value.";
    E203 Error "A score outside 0 and the full points.";
    E204 Error "A percent sign, or a fraction of 1, where it is not allowed.";
    E205 Error "A cell holds an error value.";
    E206 Error "A date or a truth value where a number is expected.";
    W207 Warning "Numbers were written as text or with a unit.";
    E208 Error "A word that the rule does not know.";
    E209 Error "The verified points differ from what the rule gives for the verified value.";
    W210 Warning "The self score differs from what the rule gives for the value.";
    E211 Error "A leaf was not verified.";
    E212 Error "Verified points lie in none of the allowed ranges.";
    E213 Error "A value outside what the rule can score.";
    W214 Warning "Points below full without an explanation.";
    W215 Warning "Required evidence is missing.";
    E216 Error "Neither a self score nor a value.";
    W217 Warning "0/0 was taken as not applicable.";
    E218 Error "A leaf stands twice for one unit.";
    W219 Warning "Not applicable was claimed but not confirmed.";
    W220 Warning "无 in a score column was taken as missing.";
    W221 Warning "A leaf has no row in the unit's tables.";
    W222 Warning "A unit answered for a leaf of a department.";
    E223 Error "Code and name of a row mean two indicators.";
    E225 Error "Part of a value is raised, lowered or struck out.";
    W226 Warning "A raised, lowered or struck-out part of a name was left out.";
    W227 Warning "A value is struck out.";
    W230 Warning "The formula of a value gives something else each time.";
    W231 Warning "A stored value is not what its formula gives.";
    W232 Warning "A value cannot be seen.";
    W235 Warning "Evidence is a picture.";
    E236 Error "A picture where a value is expected.";
    E240 Error "A value that a department supplies is missing: its cell is empty.";
    E241 Error "A value that a department supplies is missing: no verification table holds it.";
    E242 Error "A component in which nothing was measured for any unit.";
    E243 Error "A component does not apply to a unit, and the model has no word on it.";
    E244 Error "Counts of a tally are partly given and partly not applicable.";
    E246 Error "A given table says not applicable at another level than scores stand.";
    W248 Warning "A text that reaches a letter holds a number of somebody.";
    N245 Note "Parts of a component do not apply to a unit.";
    E233 Error "A code was typed as a number that may have lost its zeros.";
    N228 Note "Leaves of a unit are not applicable.";
    W229 Warning "A self-report came back as empty as it went out.";
    E301 Error "The roster cannot be used.";
    E302 Error "A unit handed in two different reports.";
    W303 Warning "A unit handed in the same report twice.";
    E304 Error "A unit code or name stands twice in the roster.";
    E306 Error "A unit code is not allowed.";
    E307 Error "Unknown unit.";
    E685 Error "The roster has the unit now, the version of a re-grade does not.";
    E308 Error "A file names two units.";
    E309 Error "A file names no unit.";
    E310 Pending "A unit's self-report is missing.";
    E311 Error "A roster attribute that a rule names is blank.";
    E312 Error "Unknown way of taking part.";
    E313 Error "Unknown indicator.";
    E314 Error "A required cell of a row is blank.";
    E315 Error "Two files for one table.";
    E316 Pending "A given score is missing.";
    N318 Note "The report of a unit that is not assessed was left out.";
    W320 Warning "A file name mentions another unit than its content.";
    W321 Warning "Two units of the roster have codes or names that look alike.";
    E319 Error "All leaves of a unit are not applicable.";
    E331 Error "A file does not stand in the list of files received.";
    E332 Error "A file has changed since it was listed.";
    E333 Error "Nobody decided whether a listed file is used.";
    E334 Error "An adopted file is not there.";
    W335 Warning "A listed file is not there.";
    E336 Error "A file stands twice in the list of files received.";
    E401 Error "Unknown rater class.";
    E402 Error "A ballot names no rater class.";
    E403 Error "A rater rated the same unit twice.";
    W404 Warning "A rating outside the range is void.";
    W405 Warning "An unknown word makes a rating void.";
    W406 Warning "A double mark makes a rating void.";
    W407 Warning "A ballot is void.";
    N408 Note "Marks for the rater's own unit were dropped.";
    E409 Error "More ballots returned than issued.";
    E410 Error "A class has no result for a unit.";
    E411 Pending "Nobody rated a unit.";
    W412 Warning "A class did not reach its quorum.";
    W413 Warning "Weights were spread over the other classes.";
    E414 Error "A unit has too few answers.";
    W415 Warning "A unit has too few answers and is flagged or takes the group's median.";
    E416 Error "No unit of the group has enough answers for a median.";
    W417 Warning "A node without ratings leaves its parent.";
    E418 Error "A tally does not add up.";
    E419 Error "Ballots and a tally for one class and unit.";
    N420 Note "Ratings of units that are not assessed were left out.";
    W421 Warning "All units of a ballot have the same mark.";
    N422 Note "Sheets without rater number: rules about identity were not applied.";
    E423 Error "Unknown node.";
    E684 Error "Scores stand at a node and at one below it.";
    E424 Error "A tally stands twice.";
    E425 Error "A given score is outside its scale.";
    E426 Error "Periods cannot be put in order.";
    N427 Note "Trimming and pattern rules do not apply to tallies.";
    W429 Warning "The folder and the ballot name different classes.";
    W430 Warning "Two ballot files hold the same bytes.";
    E431 Error "A ballot names two rater classes.";
    W432 Warning "Rows of a ballot that the component does not measure were not read.";
    E435 Pending "A mark cannot be read, so that a vote would be lost.";
    E433 Pending "A rater is not on the rater list.";
    E434 Error "A row of 评议票处置 fits no mark that cannot be read.";
    E501 Error "The model file is not valid TOML.";
    E502 Error "A key of the model is missing.";
    E503 Error "Unknown key in the model.";
    E504 Error "A value of the model is not allowed.";
    E505 Error "Weights do not add up to 100.";
    E506 Error "Points of indicators do not add up to their aspect.";
    E507 Error "A code or name stands twice in the model.";
    E508 Error "The model names something it does not define.";
    E509 Error "The parameters of a leaf rule are wrong.";
    E510 Error "The thresholds of the grades are wrong.";
    E511 Error "A quota is wrong.";
    E512 Error "A condition of a cap or promotion is wrong.";
    E513 Error "Indicators stand in two places or in none.";
    E514 Error "Settings of a component contradict each other.";
    W515 Warning "A percentage below 1.";
    E601 Error "A register number stands twice.";
    E602 Error "Unknown code in a register.";
    E603 Error "The approved points differ from the model's.";
    E605 Error "Unknown status.";
    E606 Error "Unknown level.";
    E607 Error "An approved row without points.";
    W608 Warning "An approved row with incomplete documents does not count.";
    W609 Warning "A date outside the window.";
    E610 Error "Not a date.";
    E611 Error "The document already counted in an earlier period.";
    E670 Error "One document counts twice for one unit and code.";
    E612 Error "More decided units than places.";
    E613 Error "A decision above a cap.";
    E614 Error "A decision for a unit that is not assessed.";
    E615 Error "Two decisions for one unit.";
    E616 Error "Unknown grade.";
    W617 Warning "A decision displaces a unit with a higher total.";
    E618 Pending "A cap needs the committee's confirmation.";
    E619 Pending "A tie at a quota needs the committee's decision.";
    E620 Error "The old value of a correction is not the present one.";
    E621 Error "The new value of a correction is not allowed.";
    E622 Error "Two corrections of one place.";
    E623 Error "Unknown place of a correction.";
    N624 Note "A register row was not approved.";
    W626 Warning "A corrected number no longer follows from its parts.";
    N627 Note "Register rows of a unit that is not assessed.";
    E628 Error "A register row without number.";
    E629 Error "The result of an earlier period cannot be used.";
    E730 Error "The result of an earlier period is no regular file, or too large.";
    W630 Warning "A cap on satisfaction was not applied: the satisfaction is unknown.";
    N631 Note "Totals are equal only by rounding.";
    N632 Note "Aspects do not average to the base.";
    W633 Warning "More units than places were admitted by the tie rule.";
    W634 Warning "A declared item that no adjustment of the model matches.";
    W635 Warning "A declared item is marked as approved, but only the register counts.";
    W671 Warning "An opinion names a unit that the roster does not have.";
    W672 Warning "Unknown word in an opinion.";
    W673 Warning "A department disagrees and nobody has decided.";
    W674 Warning "A form of opinions names no department.";
    W675 Warning "A department gave two different opinions of one unit.";
    N676 Note "An opinion of a unit that is not assessed.";
    W677 Warning "A row of decisions has a document but no grade.";
    E641 Error "A computed value differs from an assertion.";
    E642 Error "Unknown place of an assertion.";
    W643 Warning "An input is another file now, which a re-grade does not look at.";
    W644 Warning "An input came in that a re-grade does not look at.";
    E660 Pending "A unit returned no rectification ledger.";
    E661 Error "An unknown closing status in a ledger.";
    W662 Warning "A problem was closed without date or reviewer.";
    E663 Error "A problem stands twice in a unit's ledgers with different content.";
    N664 Note "Problems stand twice in a unit's ledgers with the same content.";
    E665 Error "The verified value differs from the ledger.";
    W666 Warning "The claimed value differs from the ledger.";
    N667 Note "The ledger of a unit that is not assessed was left out.";
    W668 Warning "A problem that is not closed has a closing date.";
    E650 Error "Unknown conclusion of an appeal.";
    E651 Pending "An upheld appeal that no register row settles.";
    E678 Error "A link between register rows names no row.";
    E679 Error "A link between register rows names a row of another unit.";
    E680 Error "A row that is linked with an appeal is about another place.";
    E683 Error "A row is linked with several appeals and does not name them all.";
    E681 Error "A register file that the version before had is gone or empty.";
    E682 Error "A register row that the version before had is gone.";
    W652 Warning "A rejected appeal without document.";
    W653 Warning "Unknown place of an appeal.";
    W654 Warning "An appeal was received after its time.";
    E703 Error "The reconciliation does not add up.";
    W720 Warning "A unit of an earlier result cannot be told for certain.";
    W721 Warning "Marks can be worked out from what would be handed out.";
    N722 Note "Marks can be worked out from what would be handed out, which the model accepts.";
}

impl Code {
    /// Finds a code by its printed form, in any letter case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
