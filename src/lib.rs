//! `assess`: a scoring engine over spreadsheets for committees that assess hundreds of units (单位) a year.
//!
//! # How data flows
//!
//! ```text
//! files ─read─> tables of located raw values ─check─> Assessment ─score─> Measured, UnitScore ─grade─> Grading
//!                    └────────────── findings (collected, never thrown) ──────────────┘
//!       ─outcome─> result document ─report─> documents as values ─write─> bytes ─publish─> results/vNNN
//!
//! result.json of a version ─regrade─> Assessment, Measured: the run goes on from there, with the current registers
//!                          ─verify──> what does not follow from its parts
//!                          ─diff, compare─> what another result says differently, and why
//!                          ─analyze──> how far the ranking can be trusted
//!                          ─feedback, forms, trace─> what units, departments and readers get to see
//! ```
//!
//! Everything after `publish` starts from a result document that was written before. The folders of `src/` are the rooms that
//! data passes, in this order; which room may use which is a table that a test checks.
//! Rooms marked *pure* touch nothing but their arguments.
//!
//! | room | what it does | may touch |
//! |---|---|---|
//! | [`read`] | files to located raw values; interprets nothing | files (reading); zip and XML in `read::xlsx`, `read::legacy`, `read::gate` only, calamine in `read::legacy` and for dates in `read::convert`; starts itself in `read::worker` |
//! | [`model`] | `assess.toml` and the indicator table to a checked model | pure |
//! | [`check`] | raw tables to an [`engine::assessment::Assessment`], the checked inputs of all units; who has handed in what | pure |
//! | [`engine`] | leaves, ballots, given scores, adjustments, totals; ranks, caps, promotions, decisions, quotas, the grade path | pure |
//! | [`result`](mod@result) | the result as one document; versions, seals and the log; results proved, compared and graded again | pure |
//! | [`analyze`] | how far a ranking can be trusted: agreement, raters, other weights; never feeds back | pure; doubles allowed |
//! | [`documents`] | workbooks, letters, forms, new projects and explanations, as values | pure; toml_edit in `documents::init::last` only |
//! | [`write`](mod@write) | documents to bytes | rust_xlsxwriter in `write::workbook` only |
//! | [`publish`] | stage, sync, one rename | files (writing), nothing else does |
//! | [`pipeline`] | the run as a table of contents, up to the result document; [`pipeline::regrade`] is that of a re-grade | the rooms above |
//! | [`commands`] | the commands: which rooms work, what is printed | the terminal; files through `read` and `publish`, stored versions by itself |
//! | [`cli`] | what may be typed | nothing |
//! | [`shared`] | exact numbers, provenance, texts, findings, every word that a user sees, exit codes | pure |
//!
//! Errors are three different things. A fault in the data is a [`shared::finding::Finding`]: collected, with code, place, found,
//! expected and remedy. A fault of the world (a file that cannot be opened, a full disk) is an `anyhow` error with path and
//! action. A bug is a panic with the broken invariant.
//!
//! # Words
//!
//! unit 单位 · group 分组 · model 考核模型 · line 线 · aspect 方面 · cell 单元 (line × aspect) · indicator, leaf 指标 ·
//! component 考核组成 · rater 评委 · rater class 评议主体 · ballot 评议票 · rating 评价 · tally 票数汇总 · self-report 自评表 ·
//! verified 核定 · adjustment 加减分 · event 事项 · matter 事由 · cap 等次上限 · promotion 晋等 · decision 等次审定 ·
//! quota 名额比例 · places 名额 · base 基础分 · total 总分 · rank 位次 · grade 等次 · grade path 定等过程 · version 版本 ·
//! trace 计算过程 · finding: an error, warning or note about an input · opinion 意见 · appeal 复核申请 · state 状态 (of a
//! version) · cause 原因: why a unit differs between two results.
//!
//! # Decisions
//!
//! - Numbers are fractions of unbounded integers between declared rounding points ([`shared::number::Exact`]); no double decides
//!   anything. A cell's double becomes the decimal a user sees (15 significant digits) when it is read.
//! - Reading finds tables by header words only and passes on raw values; all meaning is given by `check`, so a new layout
//!   changes `read::table` and nothing after it.
//! - An .xlsx is read once, by a strict reader of our own, since it has to know what other readers drop: runs, number
//!   formats, what a cell shows, covered cells, namespaces. What readers would take differently is refused at its cell. A test
//!   compares every cell with what another reader finds. Older workbooks are read by this program started again with little
//!   memory and time, since their parsers can panic, abort or not end.
//! - What a reader cannot judge it passes on as a note about the cell; `read::table` knows which cells count and reports it.
//! - Scoring has two steps: `score::measure` looks at inputs, `score::total` applies corrections and adjustments. A
//!   re-grade repeats only the second, from values that the version before recorded.
//! - A number is calculated once (`score`, `grade`) and checked by two that share no arithmetic with it: `verify`, and the
//!   formulas of the sheet 核算. So every rule they need stands in the result document, in one place.
//! - The result document is the only source of workbooks and explanations; what is not in it cannot be printed.

pub mod analyze;
pub mod check;
pub mod cli;
pub mod commands;
pub mod documents;
pub mod engine;
pub mod model;
pub mod pipeline;
pub mod publish;
pub mod read;
pub mod result;
pub mod shared;
pub mod write;
